import { call, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import {
  type Board,
  makeBoard,
  newUser,
  newUsers,
  standingOf,
  uniqueKey,
} from '../test-leaderboards.ts'
import { scoresBatch } from './scores.batch.ts'

const batch = (board: Board, updates: object[], headers: Record<string, string> = {}) =>
  call(scoresBatch, { json: { updates }, headers, caller: board.caller })

describe('scores.batch', () => {
  test('200 each for itself, in order, over several boards', async () => {
    const one = await makeBoard({ scoreMax: 10 })
    const two = await makeBoard({ operator: 'increment' }, one.caller)
    const userId = await newUser(one.caller.projectId)
    const { status, body } = await batch(one, [
      { leaderboardId: one.id, userId, score: 5 },
      { leaderboardId: two.slug, userId, score: 5 },
      { leaderboardId: one.slug, userId, score: 11 },
      { leaderboardId: 'nothing', userId, score: 1 },
      { leaderboardId: two.id, userId: 'usr_00000000000000000000000000', score: 1 },
      { leaderboardId: two.slug, userId, score: 2 },
    ])
    expect(status).toBe(200)
    const told = body.results.map(
      ({ score, problem }: { score: { score: number }; problem: { code: string } }) =>
        score?.score ?? problem.code,
    )
    const refusals = ['leaderboard_not_found', 'user_not_found']
    expect(told).toEqual([5, 5, 'score_out_of_bounds', ...refusals, 7])
  })

  test('200 a hundred at once, and the whole again for the same key', async () => {
    const board = await makeBoard({ operator: 'increment' })
    const users = await newUsers(50, board.caller.projectId)
    const updates = [...users, ...users].map((userId, index) => ({
      leaderboardId: board.id,
      userId,
      score: index,
    }))
    const headers = uniqueKey()
    const first = await batch(board, updates, headers)
    const second = await batch(board, updates, headers)
    const scores = ({ body }: typeof first) =>
      body.results.map((each: object) => ({ ...each, replayed: 0 }))
    expect(scores(second)).toEqual(scores(first))
    expect(second.body.results.every(({ replayed }: { replayed: boolean }) => replayed)).toBe(true)
    const standing = await standingOf(board)
    expect(standing).toHaveLength(50)
    expect(standing[0]).toEqual([users[49], 49 + 99])
  })

  test('400 invalid_request for none, for 101, and where one names a key too many', async () => {
    const board = await makeBoard()
    const update = {
      leaderboardId: board.id,
      userId: await newUser(board.caller.projectId),
      score: 1,
    }
    const bad = [
      [],
      Array.from({ length: 101 }, () => update),
      [update, { ...update, keys: { seconds: 1 } }],
    ]
    for (const updates of bad) {
      expect((await batch(board, updates)).body.code).toBe('invalid_request')
    }
  })

  test('400 invalid_request for a key too few on one board leaves the others as they were', async () => {
    const one = await makeBoard({ operator: 'increment' })
    const keys = [
      { name: 'points', sort: 'desc' },
      { name: 'seconds', sort: 'asc' },
    ]
    const two = await makeBoard({ keys }, one.caller)
    const userId = await newUser(one.caller.projectId)
    const updates = [one, two].map(({ slug }) => ({ leaderboardId: slug, userId, score: 5 }))
    const { status, body } = await batch(one, updates)
    expect([status, body.errors[0].pointer]).toEqual([400, '/body/updates/1/keys'])
    expect(await standingOf(one)).toEqual([])
  })

  test('403 for a player', async () => {
    const board = await makeBoard({ authoritative: false })
    const caller = { ...player('usr_1'), projectId: board.caller.projectId }
    expect((await batch({ ...board, caller }, [])).status).toBe(403)
  })
})
