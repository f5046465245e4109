import { anonymous, call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { type Board, makeBoard, newUser, withScores } from '../test-leaderboards.ts'
import { closeSeasonOf, currentSeasonOf, expire } from '../test-seasons.ts'
import { leaderboardsRank } from './leaderboards.rank.ts'

const rank = (
  { id, caller }: Pick<Board, 'id' | 'caller'>,
  userId: string,
  query: Record<string, string> = {},
) => call(leaderboardsRank, { params: { leaderboardId: id, userId }, query, caller })

describe('leaderboards.rank', () => {
  test('200 the rank of everybody, out of how many, and the share who are as good or better', async () => {
    const board = await makeBoard({ public: true })
    const users = await withScores(board, [10, 40, 30, 20])
    const ranks = await Promise.all(
      users.map((user) => rank({ ...board, caller: anonymous() }, user)),
    )
    const told = ranks.map(({ body }) => [body.rank, body.total, body.percentile, body.score])
    expect(told).toEqual([
      [4, 4, 100, 10],
      [1, 4, 25, 40],
      [2, 4, 50, 30],
      [3, 4, 75, 20],
    ])
  })

  test.each([
    ['first_to_reach', [1, 2, 3, 4]],
    ['last_to_reach', [2, 1, 4, 3]],
    ['shared_competition', [1, 1, 3, 3]],
    ['shared_dense', [1, 1, 2, 2]],
  ])('200 equal scores under %s have the ranks %j', async (tiePolicy, ranks) => {
    const board = await makeBoard({ tiePolicy })
    const users = await withScores(board, [20, 20, 10, 10])
    const told = await Promise.all(users.map((user) => rank(board, user)))
    expect(told.map(({ body }) => body.rank)).toEqual(ranks)
    // Shares are of the players, however dense the ranks are.
    const shares = tiePolicy.startsWith('shared')
      ? [25, 25, 75, 75]
      : ranks.map((each) => each * 25)
    expect(told.map(({ body }) => body.percentile)).toEqual(shares)
  })

  test('200 in a season that is over, as it ended', async () => {
    const board = await makeBoard()
    const [ada] = await withScores(board, [1, 2])
    const season = await currentSeasonOf(board)
    await closeSeasonOf(board)
    await withScores(board, [5])
    expect((await rank(board, ada!, { season })).body).toMatchObject({ rank: 2, total: 2 })
    expect((await rank(board, ada!)).body.code).toBe('entry_not_found')
  })

  test('404 entry_not_found, leaderboard_not_found, season_not_found and season_evicted', async () => {
    const board = await makeBoard({ seasonsKeptDays: 1 })
    const userId = await newUser(board.caller.projectId)
    expect((await rank(board, userId)).body.code).toBe('entry_not_found')
    const [ada] = await withScores(board, [1])
    expect((await rank(board, userId)).body.code).toBe('entry_not_found')
    const nobody = { ...board, caller: anonymous() }
    expect((await rank(nobody, ada!)).body.code).toBe('leaderboard_not_found')
    const season = 'sea_00000000000000000000000000'
    expect((await rank(board, ada!, { season })).body.code).toBe('season_not_found')
    const over = await currentSeasonOf(board)
    await closeSeasonOf(board)
    await expire(board.id)
    expect((await rank(board, ada!, { season: over })).body.code).toBe('season_evicted')
  })

  test('400 invalid_request for what is no user', async () => {
    expect((await rank(await makeBoard(), 'ada')).body.code).toBe('invalid_request')
  })
})
