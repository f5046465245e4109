import { call, member } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import {
  type Board,
  makeBoard,
  seasonsOf,
  standingOf,
  storedSeasons,
  submit,
  uniqueKey,
  withScores,
} from '../test-leaderboards.ts'
import { closeSeasonOf, currentSeasonOf } from '../test-seasons.ts'
import { seasonsClose } from './seasons.close.ts'

describe('seasons.close', () => {
  test('200 the season is over, the next one takes what comes, and both can be read', async () => {
    const board = await makeBoard()
    const [ada, grace] = await withScores(board, [2, 1])
    const over = await currentSeasonOf(board)
    const { status, body } = await closeSeasonOf(board)
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: over, status: 'closed', total: 2 })
    await submit(board, { userId: grace!, score: 9 })
    expect(await standingOf(board, over)).toEqual([
      [ada, 2],
      [grace, 1],
    ])
    expect(await standingOf(board)).toEqual([[grace, 9]])
  })

  test('200 the same season again, however often and however many at once; one next season', async () => {
    const board = await makeBoard()
    await withScores(board, [1])
    const over = await currentSeasonOf(board)
    const close = () => closeSeasonOf(board, over)
    const answers = await Promise.all(Array.from({ length: 5 }, close))
    answers.push(await close())
    const ends = answers.map(({ body }) => `${body.closedAt} ${body.digest}`)
    expect(new Set(ends).size).toBe(1)
    expect((await seasonsOf(board)).map(({ number }) => number)).toEqual([2, 1])
  })

  test('200 a season without a score', async () => {
    const board = await makeBoard()
    const { body } = await closeSeasonOf(board)
    expect(body).toMatchObject({ status: 'closed', total: 0 })
    expect(await storedSeasons(board.id)).toHaveLength(1)
  })

  test('200 the rest of the period is the next season, when there is a schedule', async () => {
    const board = await makeBoard({ schedule: { cron: '0 0 1 1 *', timeZone: 'UTC' } })
    const { body } = await closeSeasonOf(board)
    const [next] = (await seasonsOf(board)) as unknown as [{ startsAt: string; endsAt: string }]
    expect([next.startsAt, next.endsAt]).toEqual([body.closedAt, body.endsAt])
  })

  test('400 idempotency_key_required, 404 season_not_found and leaderboard_not_found', async () => {
    const board = await makeBoard()
    const over = await currentSeasonOf(board)
    const params = { leaderboardId: board.id, seasonId: over }
    const keyless = await call(seasonsClose, { params, caller: board.caller })
    expect(keyless.body.code).toBe('idempotency_key_required')
    const nothing = await closeSeasonOf(board, 'sea_00000000000000000000000000')
    expect(nothing.body.code).toBe('season_not_found')
    const foreign: Board = { ...board, caller: (await makeBoard()).caller }
    expect((await closeSeasonOf(foreign, over)).body.code).toBe('leaderboard_not_found')
    expect(await storedSeasons(board.id)).toEqual([])
  })

  test('403 for a developer, who may define rewards and not have them paid; an owner may', async () => {
    const board = await makeBoard()
    const params = { leaderboardId: board.id, seasonId: await currentSeasonOf(board) }
    const as = (role: 'developer' | 'owner') => {
      const caller = member(role, { projectId: board.caller.projectId })
      return call(seasonsClose, { params, headers: uniqueKey(), caller })
    }
    expect((await as('developer')).status).toBe(403)
    expect((await as('owner')).status).toBe(200)
  })
})
