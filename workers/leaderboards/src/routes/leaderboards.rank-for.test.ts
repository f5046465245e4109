import { anonymous, call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { type Board, makeBoard, newUser, submit, withScores } from '../test-leaderboards.ts'
import { closeSeasonOf, currentSeasonOf, expire } from '../test-seasons.ts'
import { leaderboardsRankFor } from './leaderboards.rank-for.ts'

const rankFor = ({ id, caller }: Pick<Board, 'id' | 'caller'>, query: Record<string, string>) =>
  call(leaderboardsRankFor, { params: { leaderboardId: id }, query, caller })

describe('leaderboards.rank-for', () => {
  test('200 the rank that the same score gets when it is submitted', async () => {
    const board = await makeBoard()
    expect((await rankFor(board, { score: '1' })).body).toMatchObject({ rank: 1, total: 0 })
    await withScores(board, [30, 20.5, -10])
    for (const score of [31, 30, 20.5, 0, -10, -11]) {
      const { body } = await rankFor(board, { score: String(score) })
      const userId = await newUser(board.caller.projectId)
      const { body: applied } = await submit(board, { userId, score })
      expect([score, body.rank, body.total + 1]).toEqual([
        score,
        applied.rank,
        (await rankFor(board, { score: '0' })).body.total,
      ])
    }
  })

  test('200 with further keys; 400 invalid_request when one is missing or unknown', async () => {
    const keys = [
      { name: 'points', sort: 'desc' },
      { name: 'seconds', sort: 'asc' },
    ]
    const board = await makeBoard({ keys })
    const userId = await newUser(board.caller.projectId)
    await submit(board, { userId, score: 5, keys: { seconds: 60 } })
    const faster = await rankFor(board, { score: '5', keys: 'seconds:59.5' })
    const slower = await rankFor(board, { score: '5', keys: 'seconds:61' })
    expect([faster.body.rank, slower.body.rank]).toEqual([1, 2])
    const wrong = [{ score: '5' }, { score: '5', keys: 'hours:1' }, { score: '5', keys: 'x' }]
    for (const query of [...wrong, { score: 'five' }, { score: '1e400' }]) {
      expect((await rankFor(board, query)).body.code).toBe('invalid_request')
    }
  })

  test('404 leaderboard_not_found, season_not_found and season_evicted', async () => {
    const board = await makeBoard({ seasonsKeptDays: 1 })
    await withScores(board, [1])
    const stranger = { ...board, caller: anonymous() }
    expect((await rankFor(stranger, { score: '1' })).body.code).toBe('leaderboard_not_found')
    const season = 'sea_00000000000000000000000000'
    expect((await rankFor(board, { score: '1', season })).body.code).toBe('season_not_found')
    const over = await currentSeasonOf(board)
    await closeSeasonOf(board)
    await expire(board.id)
    const gone = await rankFor(board, { score: '1', season: over })
    expect(gone.body.code).toBe('season_evicted')
  })
})
