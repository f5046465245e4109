import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { type Board, makeBoard, withScores } from '../test-leaderboards.ts'
import { closeSeasonOf, currentSeasonOf } from '../test-seasons.ts'
import { seasonsGet } from './seasons.get.ts'

const get = ({ id, caller }: Board, seasonId: string) =>
  call(seasonsGet, { params: { leaderboardId: id, seasonId }, caller })

describe('seasons.get', () => {
  test('200 an open season, and with its final figures once it is closed', async () => {
    const schedule = { cron: '0 0 1 1 *', timeZone: 'UTC' }
    const board = await makeBoard({ schedule, seasonsKeptDays: 2 })
    const id = await currentSeasonOf(board)
    const open = await get(board, id)
    expect(open.body).toMatchObject({ id, status: 'open', total: null, closedAt: null })
    expect(open.body.endsAt).toMatch(/-01-01T00:00:00.000Z$/)
    await withScores(board, [1, 2])
    await closeSeasonOf(board)
    const { body } = await get(board, id)
    expect(body).toMatchObject({ status: 'closed', total: 2 })
    expect(body.digest).toMatch(/^[0-9a-f]{64}$/)
    expect(Date.parse(body.expiresAt) - Date.parse(body.closedAt)).toBe(2 * 86_400_000)
  })

  test('404 season_not_found for another board’s, leaderboard_not_found for another project', async () => {
    const board = await makeBoard()
    const other = await makeBoard({}, board.caller)
    const id = await currentSeasonOf(board)
    await withScores(board, [1])
    expect((await get(other, id)).body.code).toBe('season_not_found')
    const foreign = { ...board, caller: (await makeBoard()).caller }
    expect((await get(foreign, id)).body.code).toBe('leaderboard_not_found')
  })
})
