import { anonymous, call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { type Board, makeBoard, newUser, withScores } from '../test-leaderboards.ts'
import { closeSeasonOf, currentSeasonOf, expire } from '../test-seasons.ts'
import { leaderboardsAround } from './leaderboards.around.ts'

const around = (
  { id, caller }: Pick<Board, 'id' | 'caller'>,
  userId: string,
  query: Record<string, string> = {},
) => call(leaderboardsAround, { params: { leaderboardId: id, userId }, query, caller })
type Answer = Awaited<ReturnType<typeof around>>
const ranksOf = ({ body }: Answer) => body.data.map(({ rank }: { rank: number }) => rank)

describe('leaderboards.around', () => {
  test('200 the user between the neighbours, fewer at both ends', async () => {
    const board = await makeBoard()
    const users = await withScores(board, [60, 50, 40, 30, 20, 10])
    const each = { each: '1' }
    expect(ranksOf(await around(board, users[2]!, each))).toEqual([2, 3, 4])
    expect(ranksOf(await around(board, users[0]!, each))).toEqual([1, 2])
    expect(ranksOf(await around(board, users[5]!, each))).toEqual([5, 6])
    expect(ranksOf(await around(board, users[2]!))).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('404 entry_not_found, leaderboard_not_found, season_not_found and season_evicted', async () => {
    const board = await makeBoard({ seasonsKeptDays: 1 })
    const [ada] = await withScores(board, [1])
    const nobody = await newUser(board.caller.projectId)
    expect((await around(board, nobody)).body.code).toBe('entry_not_found')
    const stranger = { ...board, caller: anonymous() }
    expect((await around(stranger, ada!)).body.code).toBe('leaderboard_not_found')
    const season = 'sea_00000000000000000000000000'
    expect((await around(board, ada!, { season })).body.code).toBe('season_not_found')
    const over = await currentSeasonOf(board)
    await closeSeasonOf(board)
    expect((await around(board, ada!, { season: over })).status).toBe(200)
    await expire(board.id)
    expect((await around(board, ada!, { season: over })).body.code).toBe('season_evicted')
  })

  test.each(['0', '51', 'x'])('400 invalid_request for %s neighbours', async (each) => {
    const board = await makeBoard()
    const answer = await around(board, await newUser(), { each })
    expect(answer.body).toMatchObject({ errors: [{ pointer: '/query/each' }] })
  })
})
