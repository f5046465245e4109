import { call } from '@coinop/shared/testing'
import { describe, expect, test, vi } from 'vitest'
import { type Board, makeBoard, storedSeasons, withScores } from '../test-leaderboards.ts'
import { closeSeasonOf, currentSeasonOf, expire, previewOf, rewardsOf } from '../test-seasons.ts'
import { seasonsPreview } from './seasons.preview.ts'

const rewards = [
  { fromRank: 1, toRank: 1, currency: 'COIN', amount: 100 },
  { fromPercentile: 0, toPercentile: 50, currency: 'COIN', amount: 10 },
]

async function inPagesOfTwo(board: Board, seasonId: string) {
  const params = { leaderboardId: board.id, seasonId }
  const met = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const query = { limit: '2', ...(cursor && { cursor }) }
    const { body } = await call(seasonsPreview, { params, query, caller: board.caller })
    met.push(...body.data)
    cursor = body.nextCursor as string | null
  }
  return met
}

describe('seasons.preview', () => {
  test('200 who would get what now, by the first rule that fits, and nothing is written', async () => {
    const board = await makeBoard({ rewards })
    const users = await withScores(board, [5, 4, 3, 2, 1])
    const before = await storedSeasons(board.id)
    const season = await currentSeasonOf(board)
    expect(await previewOf(board, season)).toEqual([
      { userId: users[0], rank: 1, currency: 'COIN', amount: 100 },
      { userId: users[1], rank: 2, currency: 'COIN', amount: 10 },
      { userId: users[2], rank: 3, currency: 'COIN', amount: 10 },
    ])
    expect(await storedSeasons(board.id)).toEqual(before)
  })

  test('200 in pages, the same as at once', async () => {
    const board = await makeBoard({ rewards })
    await withScores(board, [5, 4, 3, 2, 1])
    const season = await currentSeasonOf(board)
    expect(await inPagesOfTwo(board, season)).toEqual(await previewOf(board, season))
  })

  test('200 a share is one of the players where ranks are dense, on every page and at the end', async () => {
    const tenth = { fromPercentile: 0, toPercentile: 30, currency: 'COIN', amount: 10 }
    const third = { fromRank: 3, toRank: 3, currency: 'COIN', amount: 1 }
    const board = await makeBoard({ tiePolicy: 'shared_dense', rewards: [tenth, third] })
    const users = await withScores(board, [9, 9, 9, 8, 8, 8, 7, 6, 5, 4])
    const season = await currentSeasonOf(board)
    const expected = [
      ...users.slice(0, 3).map((userId) => ({ userId, rank: 1, currency: 'COIN', amount: 10 })),
      { userId: users[6], rank: 3, currency: 'COIN', amount: 1 },
    ]
    expect(await previewOf(board, season)).toEqual(expected)
    expect(await inPagesOfTwo(board, season)).toEqual(expected)
    await closeSeasonOf(board)
    await vi.waitFor(async () => {
      expect(await rewardsOf(board, season)).toMatchObject(expected)
    }, 5_000)
  })

  test('404 leaderboard_not_found, season_not_found and season_evicted', async () => {
    const board = await makeBoard({ seasonsKeptDays: 1 })
    const seasonId = await currentSeasonOf(board)
    const ask = (leaderboardId: string, season: string, caller = board.caller) =>
      call(seasonsPreview, { params: { leaderboardId, seasonId: season }, caller })
    const { caller } = await makeBoard()
    expect((await ask(board.id, seasonId, caller)).body.code).toBe('leaderboard_not_found')
    const missing = await ask(board.id, 'sea_00000000000000000000000000')
    expect(missing.body.code).toBe('season_not_found')
    await closeSeasonOf(board)
    await expire(board.id)
    expect((await ask(board.id, seasonId)).body.code).toBe('season_evicted')
  })
})
