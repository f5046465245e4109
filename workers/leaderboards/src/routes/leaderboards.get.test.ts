import { anonymous, call, otherProject, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { makeLeaderboard } from '../test-leaderboards.ts'
import { leaderboardsGet } from './leaderboards.get.ts'

describe('leaderboards.get', () => {
  test('200 for anyone in the project', async () => {
    const name = await makeLeaderboard()
    const request = { params: { name }, caller: player('usr_1') }
    expect(await call(leaderboardsGet, request)).toMatchObject({
      status: 200,
      body: { name, note: 'a note', uses: 0 },
    })
  })

  test('404 not_found, the same for one that is not there and for one of another project', async () => {
    const name = await makeLeaderboard()
    const caller = { projectId: otherProject }
    const missing = await call(leaderboardsGet, { params: { name: 'missing' } })
    const foreign = await call(leaderboardsGet, { params: { name }, caller })
    expect(missing).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...missing.body, requestId: '' })
  })

  test('400 invalid_request for a name that cannot be one', async () => {
    expect(await call(leaderboardsGet, { params: { name: 'Not A Name' } })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/path/name' }] },
    })
  })

  test('401 without a credential', async () => {
    const request = { params: { name: 'any' }, caller: anonymous() }
    expect(await call(leaderboardsGet, request)).toMatchObject({ status: 401 })
  })
})
