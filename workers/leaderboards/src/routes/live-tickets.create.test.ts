import { anonymous, call, publishableKey } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { makeBoard, newProject } from '../test-leaderboards.ts'
import { liveTicketsCreate } from './live-tickets.create.ts'

describe('live-tickets.create', () => {
  test('201 a ticket for whoever is in the project', async () => {
    const { id, caller } = await makeBoard()
    const by = { ...publishableKey(), projectId: caller.projectId }
    const { status, body } = await call(liveTicketsCreate, {
      params: { leaderboardId: id },
      caller: by,
    })
    expect(status).toBe(201)
    expect(body.ticket).toContain(caller.projectId)
  })

  test('404 leaderboard_not_found for a board of another project, 401 without a credential', async () => {
    const { id } = await makeBoard()
    const params = { leaderboardId: id }
    const elsewhere = await call(liveTicketsCreate, { params, caller: await newProject() })
    expect(elsewhere).toMatchObject({ status: 404, body: { code: 'leaderboard_not_found' } })
    expect((await call(liveTicketsCreate, { params, caller: anonymous() })).status).toBe(401)
  })
})
