import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { flip, makeCurrency, newUser, uniqueKey, userWith } from '../test-games.ts'
import { gamesPlay } from './games.play.ts'
import { roundsList } from './rounds.list.ts'

beforeAll(() => makeCurrency())

const list = (userId: string, query: Record<string, string> = {}) =>
  call(roundsList, { caller: player(userId), query })
const idsOf = (rounds: { id: string }[]) => rounds.map(({ id }) => id)

describe('rounds.list', () => {
  test('200 the player’s own rounds, newest first, page by page, each as rounds.get shows it', async () => {
    const [ada, grace] = [await userWith(1_000), await userWith(100)]
    const played = []
    for (let count = 0; count < 5; count++) played.push((await flip(ada)).body)
    await flip(grace)
    const first = (await list(ada, { limit: '3' })).body
    const second = (await list(ada, { limit: '3', cursor: first.nextCursor })).body
    expect([first.data.length, second.data.length, second.nextCursor]).toEqual([3, 2, null])
    const all = [...first.data, ...second.data]
    expect(new Set(idsOf(all))).toEqual(new Set(idsOf(played)))
    expect(idsOf(all)).toEqual(idsOf(all).toSorted().toReversed())
    for (const round of all) expect(played).toContainEqual(round)
  })

  test('200 only the rounds of one game', async () => {
    const ada = await userWith(100)
    const { body: coin } = await flip(ada)
    const { body: die } = await call(gamesPlay, {
      params: { gameId: 'dice' },
      caller: player(ada),
      headers: uniqueKey(),
      json: { bet: 5, currency: 'COIN', direction: 'over', target: 50 },
    })
    expect((await list(ada, { gameId: 'coinflip' })).body.data).toEqual([coin])
    expect((await list(ada, { gameId: 'dice' })).body.data).toEqual([die])
    expect((await list(ada, { gameId: 'chess' })).body.data).toEqual([])
  })

  test('200 refused rounds too, without their outcome', async () => {
    const ada = await userWith(5)
    await flip(ada)
    expect((await list(ada)).body.data).toMatchObject([
      { status: 'refused', refusal: 'insufficient_funds', outcome: null, payout: null },
    ])
  })

  test('200 for a key that names the player, and nothing from another project', async () => {
    const ada = await userWith(100)
    await flip(ada)
    const query = { userId: ada }
    expect((await call(roundsList, { query })).body.data).toHaveLength(1)
    const caller = { projectId: otherProject }
    expect((await call(roundsList, { query, caller })).body.data).toEqual([])
  })

  test('400 invalid_request for a cursor of another filter, a key without a user, and unknown fields', async () => {
    const ada = await userWith(100)
    await flip(ada)
    await flip(ada)
    const { body } = await list(ada, { limit: '1' })
    const foreign = { cursor: body.nextCursor, gameId: 'coinflip' }
    expect((await list(ada, foreign)).body.code).toBe('invalid_request')
    expect((await list(ada, { game: 'dice' })).body.code).toBe('invalid_request')
    expect((await list(ada, { limit: '101' })).body.code).toBe('invalid_request')
    expect((await call(roundsList)).body.code).toBe('invalid_request')
  })

  test('401, 403 for a publishable key, a missing scope, and a player who asks for another', async () => {
    const query = { userId: await newUser() }
    const statusFor = async (caller: ReturnType<typeof player>) =>
      (await call(roundsList, { query, caller })).status
    expect(await statusFor(anonymous())).toBe(401)
    expect(await statusFor(publishableKey())).toBe(403)
    expect(await statusFor(secretKeyWith('games:play'))).toBe(403)
    expect(await statusFor(player(await newUser()))).toBe(403)
  })
})
