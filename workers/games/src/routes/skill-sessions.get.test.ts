import { anonymous, call, otherProject, player, publishableKey } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { newUser } from '../test-games.ts'
import { skillSessionsCreate } from './skill-sessions.create.ts'
import { skillSessionsGet } from './skill-sessions.get.ts'

describe('skill-sessions.get', () => {
  test('200 for its player and for a server; 404 not_found for everybody else', async () => {
    const ada = await newUser()
    const json = { game: 'tower-climb' }
    const { body } = await call(skillSessionsCreate, { caller: player(ada), json })
    const params = { skillSessionId: body.id }
    expect((await call(skillSessionsGet, { params, caller: player(ada) })).body).toEqual(body)
    expect((await call(skillSessionsGet, { params })).body).toEqual(body)
    const missing = [
      await call(skillSessionsGet, { params, caller: player(await newUser()) }),
      await call(skillSessionsGet, { params, caller: { projectId: otherProject } }),
      await call(skillSessionsGet, { params: { skillSessionId: `skl_${'0'.repeat(26)}` } }),
    ]
    for (const answer of missing) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
  })

  test('400 invalid_request for what is no id, 401, 403 for a publishable key', async () => {
    const params = { skillSessionId: `skl_${'0'.repeat(26)}` }
    const wrong = await call(skillSessionsGet, { params: { skillSessionId: 'skl_1' } })
    expect(wrong.body.code).toBe('invalid_request')
    expect((await call(skillSessionsGet, { params, caller: anonymous() })).status).toBe(401)
    expect((await call(skillSessionsGet, { params, caller: publishableKey() })).status).toBe(403)
  })
})
