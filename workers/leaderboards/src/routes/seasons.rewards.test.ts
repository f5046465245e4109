import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import {
  available,
  bindings,
  makeBoard,
  makeCurrency,
  newProject,
  withScores,
} from '../test-leaderboards.ts'
import { closeSeasonOf, currentSeasonOf, expire, rewardsOf } from '../test-seasons.ts'
import { sweep } from '../sweep.ts'
import { seasonsRewards } from './seasons.rewards.ts'

const rewards = [{ fromRank: 1, toRank: 2, currency: 'COIN', amount: 100 }]

describe('seasons.rewards', () => {
  test('200 what each winner was paid, in pages', async () => {
    const caller = await newProject()
    await makeCurrency(caller)
    const board = await makeBoard({ rewards }, caller)
    const users = await withScores(board, [5, 4, 3])
    const seasonId = await currentSeasonOf(board)
    await closeSeasonOf(board)
    await sweep(bindings)
    const params = { leaderboardId: board.id, seasonId }
    const first = await call(seasonsRewards, { params, query: { limit: '1' }, caller })
    const query = { limit: '1', cursor: first.body.nextCursor as string }
    const second = await call(seasonsRewards, { params, query, caller })
    const paid = { currency: 'COIN', amount: 100, status: 'paid', refusal: null }
    expect([...first.body.data, ...second.body.data]).toMatchObject([
      { userId: users[0], rank: 1, ...paid },
      { userId: users[1], rank: 2, ...paid },
    ])
    expect(second.body.nextCursor).toBeNull()
    expect(await available(caller, users[0]!)).toBe(100)
  })

  test('200 a reward that the wallet refuses is shown as refused, and why', async () => {
    const board = await makeBoard({ rewards })
    await withScores(board, [5])
    const season = await currentSeasonOf(board)
    await closeSeasonOf(board)
    await sweep(bindings)
    const refused = { rank: 1, status: 'refused', refusal: 'currency_not_found' }
    expect(await rewardsOf(board, season)).toMatchObject([refused])
  })

  test('404 leaderboard_not_found, season_not_found and season_evicted', async () => {
    const board = await makeBoard({ seasonsKeptDays: 1 })
    const seasonId = await currentSeasonOf(board)
    const ask = (season: string, caller = board.caller) =>
      call(seasonsRewards, { params: { leaderboardId: board.id, seasonId: season }, caller })
    expect((await ask(seasonId, (await makeBoard()).caller)).body.code).toBe(
      'leaderboard_not_found',
    )
    expect((await ask('sea_00000000000000000000000000')).body.code).toBe('season_not_found')
    await closeSeasonOf(board)
    await expire(board.id)
    expect((await ask(seasonId)).body.code).toBe('season_evicted')
  })
})
