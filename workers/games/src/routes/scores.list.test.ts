import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { deposit, flip, makeCurrency, newUser, uniqueKey, userWith } from '../test-games.ts'
import { gamesPlay } from './games.play.ts'
import { scoresGet } from './scores.get.ts'
import { scoresList } from './scores.list.ts'

beforeAll(async () => {
  await makeCurrency('COIN')
  await makeCurrency('GEM')
})

const list = (userId: string, query: Record<string, string> = {}) =>
  call(scoresList, { caller: player(userId), query })

describe('scores.list', () => {
  test('200 the figures of every game and currency, page by page, as scores.get has them', async () => {
    const ada = await userWith(1_000)
    await deposit(ada, 100, 'GEM')
    await flip(ada)
    await flip(ada, { currency: 'GEM' })
    const bets = { slots: {}, 'high-low': { call: 'higher' }, roulette: { on: 'red' } }
    for (const [gameId, choice] of Object.entries(bets)) {
      const json = { bet: 10, currency: 'COIN', ...choice }
      const headers = uniqueKey()
      await call(gamesPlay, { params: { gameId }, caller: player(ada), headers, json })
    }
    const first = (await list(ada, { limit: '2' })).body
    const rest = (await list(ada, { limit: '100', cursor: first.nextCursor })).body
    const all = [...first.data, ...rest.data]
    expect(all.map((each) => [each.gameId, each.currency])).toEqual([
      ['coinflip', 'COIN'],
      ['coinflip', 'GEM'],
      ['high-low', 'COIN'],
      ['roulette', 'COIN'],
      ['slots', 'COIN'],
    ])
    expect(rest.nextCursor).toBeNull()
    const { gameId: _, ...coin } = all[0]
    const { body } = await call(scoresGet, {
      params: { gameId: 'coinflip' },
      query: { userId: ada },
    })
    expect(body.currencies[0]).toEqual(coin)
  })

  test('200 nothing for who never played, and nothing from another project', async () => {
    const ada = await userWith(100)
    expect((await list(await newUser())).body).toEqual({ data: [], nextCursor: null })
    await flip(ada)
    const query = { userId: ada }
    expect((await call(scoresList, { query })).body.data).toHaveLength(1)
    const caller = { projectId: otherProject }
    expect((await call(scoresList, { query, caller })).body.data).toEqual([])
  })

  test('400 invalid_request for another player’s cursor, a key without a user, and unknown fields', async () => {
    const ada = await userWith(100)
    await deposit(ada, 100, 'GEM')
    await flip(ada)
    await flip(ada, { currency: 'GEM' })
    const { nextCursor: cursor } = (await list(ada, { limit: '1' })).body
    expect((await list(await newUser(), { cursor })).body.code).toBe('invalid_request')
    expect((await list(ada, { game: 'dice' })).body.code).toBe('invalid_request')
    expect((await call(scoresList)).body.code).toBe('invalid_request')
  })

  test('401, 403 for a publishable key, a missing scope, and a player who asks for another', async () => {
    const query = { userId: await newUser() }
    const statusFor = async (caller: ReturnType<typeof player>) =>
      (await call(scoresList, { query, caller })).status
    expect(await statusFor(anonymous())).toBe(401)
    expect(await statusFor(publishableKey())).toBe(403)
    expect(await statusFor(secretKeyWith('games:play'))).toBe(403)
    expect(await statusFor(player(await newUser()))).toBe(403)
  })
})
