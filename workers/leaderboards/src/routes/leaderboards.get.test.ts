import { anonymous, call, otherProject, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { makeBoard } from '../test-leaderboards.ts'
import { leaderboardsGet } from './leaderboards.get.ts'

describe('leaderboards.get', () => {
  test('200 for anyone in the project, by id and by slug', async () => {
    const { id, slug, caller } = await makeBoard()
    for (const leaderboardId of [id, slug]) {
      const by = { ...player('usr_1'), projectId: caller.projectId }
      const answer = await call(leaderboardsGet, { params: { leaderboardId }, caller: by })
      expect(answer).toMatchObject({ status: 200, body: { id, slug, operator: 'best' } })
    }
  })

  test('404 leaderboard_not_found, the same for one that is not there and for one of another project', async () => {
    const { id, slug } = await makeBoard({ public: true })
    const caller = { projectId: otherProject }
    const get = (leaderboardId: string) =>
      call(leaderboardsGet, { params: { leaderboardId }, caller })
    const missing = await get('brd_00000000000000000000000000')
    expect(missing).toMatchObject({ status: 404, body: { code: 'leaderboard_not_found' } })
    for (const foreign of [await get(id), await get(slug)]) {
      expect({ ...foreign.body, requestId: '' }).toEqual({ ...missing.body, requestId: '' })
    }
  })

  test('400 invalid_request for what cannot be one', async () => {
    for (const leaderboardId of ['Not A Slug', 'brd_1', `x${'y'.repeat(64)}`]) {
      expect(await call(leaderboardsGet, { params: { leaderboardId } })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/path/leaderboardId' }] },
      })
    }
  })

  test('401 without a credential, also for a public one', async () => {
    const { id } = await makeBoard({ public: true })
    const request = { params: { leaderboardId: id }, caller: anonymous() }
    expect(await call(leaderboardsGet, request)).toMatchObject({ status: 401 })
  })
})
