import { anonymous, call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { type Board, makeBoard, newUser, withScores } from '../test-leaderboards.ts'
import { closeSeasonOf, currentSeasonOf, expire } from '../test-seasons.ts'
import { leaderboardsUsers } from './leaderboards.users.ts'

const among = (
  { id, caller }: Pick<Board, 'id' | 'caller'>,
  userIds: string[],
  query: Record<string, string> = {},
) =>
  call(leaderboardsUsers, {
    params: { leaderboardId: id },
    query: { userIds: userIds.join(','), ...query },
    caller,
  })

describe('leaderboards.users', () => {
  test('200 friends among themselves, with their ranks in the whole; who has no score is left out', async () => {
    const board = await makeBoard()
    const [ada, , grace] = await withScores(board, [10, 20, 30, 40])
    const joan = await newUser(board.caller.projectId)
    const { status, body } = await among(board, [ada!, joan, grace!, ada!])
    expect(status).toBe(200)
    expect(body.data).toMatchObject([
      { userId: grace, rank: 2 },
      { userId: ada, rank: 4 },
    ])
  })

  test('200 nobody on a board without scores', async () => {
    const board = await makeBoard()
    expect((await among(board, [await newUser()])).body.data).toEqual([])
  })

  test('404 leaderboard_not_found, season_not_found and season_evicted', async () => {
    const board = await makeBoard({ seasonsKeptDays: 1 })
    const users = await withScores(board, [1])
    const stranger = { ...board, caller: anonymous() }
    expect((await among(stranger, users)).body.code).toBe('leaderboard_not_found')
    const season = 'sea_00000000000000000000000000'
    expect((await among(board, users, { season })).body.code).toBe('season_not_found')
    const over = await currentSeasonOf(board)
    await closeSeasonOf(board)
    await expire(board.id)
    expect((await among(board, users, { season: over })).body.code).toBe('season_evicted')
  })

  test('400 invalid_request for more than 100, for none, and for what is no user', async () => {
    const board = await makeBoard()
    const many = Array.from({ length: 101 }, () => 'usr_00000000000000000000000000')
    for (const userIds of [many, [], ['ada']]) {
      expect((await among(board, userIds)).body.code).toBe('invalid_request')
    }
  })
})
