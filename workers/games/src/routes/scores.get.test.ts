import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { deposit, flip, flipTo, makeCurrency, newUser, userWith } from '../test-games.ts'
import { scoresGet } from './scores.get.ts'

beforeAll(async () => {
  await makeCurrency('COIN')
  await makeCurrency('GEM')
})

const params = { gameId: 'coinflip' }
const scoreOf = async (userId: string) =>
  (await call(scoresGet, { params, caller: player(userId) })).body

describe('scores.get', () => {
  test('200 zeros for a player who never played', async () => {
    const ada = await newUser()
    expect(await call(scoresGet, { params, caller: player(ada) })).toMatchObject({
      status: 200,
      body: { gameId: 'coinflip', userId: ada, plays: 0, wins: 0, currencies: [] },
    })
  })

  test('200 plays, wins, wagered, won, best and the streak of wins up to now', async () => {
    const ada = await userWith(1_000)
    for (const result of ['win', 'lose', 'win'] as const) await flipTo(result, ada)
    await flipTo('win', ada, { bet: 50 })
    expect(await scoreOf(ada)).toMatchObject({
      plays: 4,
      wins: 3,
      currencies: [
        { currency: 'COIN', plays: 4, wins: 3, wagered: 80, won: 140, best: 100, streak: 2 },
      ],
    })
    await flipTo('lose', ada)
    expect((await scoreOf(ada)).currencies[0]).toMatchObject({ streak: 0, best: 100 })
  })

  test('200 one line per currency, because their amounts have no sum', async () => {
    const ada = await userWith(100)
    await deposit(ada, 100, 'GEM')
    await flipTo('win', ada)
    await flipTo('lose', ada, { currency: 'GEM', bet: 7 })
    expect(await scoreOf(ada)).toMatchObject({
      plays: 2,
      wins: 1,
      currencies: [
        { currency: 'COIN', wagered: 10, won: 20, streak: 1 },
        { currency: 'GEM', wagered: 7, won: 0, streak: 0 },
      ],
    })
  })

  test('200 without what was refused', async () => {
    const ada = await userWith(5)
    await flip(ada)
    expect((await scoreOf(ada)).plays).toBe(0)
  })

  test('200 for a key that names the player, and zeros from another project', async () => {
    const ada = await userWith(100)
    await flip(ada)
    const query = { userId: ada }
    expect((await call(scoresGet, { params, query })).body.plays).toBe(1)
    const caller = { projectId: otherProject }
    expect((await call(scoresGet, { params, query, caller })).body.plays).toBe(0)
  })

  test('400 invalid_request for a key without a user, a wrong id and an unknown field', async () => {
    for (const query of [{}, { userId: 'ada' }, { user: 'ada' }]) {
      expect(await call(scoresGet, { params, query })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      })
    }
  })

  test('401, 403 for a publishable key, a missing scope, and a player who asks for another', async () => {
    const query = { userId: await newUser() }
    const statusFor = async (caller: ReturnType<typeof player>) =>
      (await call(scoresGet, { params, query, caller })).status
    expect(await statusFor(anonymous())).toBe(401)
    expect(await statusFor(publishableKey())).toBe(403)
    expect(await statusFor(secretKeyWith('games:play'))).toBe(403)
    expect(await statusFor(player(await newUser()))).toBe(403)
  })

  test('404 game_not_found for a game that does not exist', async () => {
    const query = { userId: await newUser() }
    const answer = await call(scoresGet, { params: { gameId: 'chess' }, query })
    expect(answer).toMatchObject({ status: 404, body: { code: 'game_not_found' } })
  })
})
