import { exports } from 'cloudflare:workers'
import { call, player } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { dailyRewardClaim } from './routes/daily-reward.claim.ts'
import { dailyRewardSet } from './routes/daily-reward.set.ts'
import { gamesPlay } from './routes/games.play.ts'
import type { GamesPlays } from './rpc.ts'
import { dealt } from './test-blackjack.ts'
import { available, makeCurrency, newUser, userWith } from './test-games.ts'

beforeAll(() => makeCurrency())

const plays = () => (exports as unknown as { GamesPlays: Service<typeof GamesPlays> }).GamesPlays
const order = (userId: string, change: object = {}) => ({
  userId,
  gameId: 'coinflip',
  bet: 10,
  currency: 'COIN',
  choice: { side: 'heads' },
  key: crypto.randomUUID(),
  ...change,
})

describe('GamesPlays.play', () => {
  test('plays once per key, ten copies at once answer the same round', async () => {
    const ada = await userWith(100)
    const interaction = order(ada, { key: 'interaction:1' })
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => plays().play(player(ada), interaction)),
    )
    const rounds = answers.map((answer) => (answer.ok ? answer.value.round : undefined))
    expect(new Set(rounds.map((round) => JSON.stringify(round))).size).toBe(1)
    const first = answers.filter((answer) => answer.ok && !answer.value.replayed)
    expect(first).toHaveLength(1)
    expect(await available(ada)).toBe(100 + (rounds[0]?.net ?? 0))
  })

  test('shares its keys with the route: an equal play there is the same round', async () => {
    const ada = await userWith(100)
    const first = await plays().play(player(ada), order(ada, { key: 'shared' }))
    const second = await call(gamesPlay, {
      params: { gameId: 'coinflip' },
      caller: player(ada),
      headers: { 'idempotency-key': 'shared' },
      json: { bet: 10, currency: 'COIN', side: 'heads' },
    })
    expect(second.status).toBe(201)
    expect(first).toEqual({ ok: true, value: { round: second.body, replayed: false } })
  })

  test.each([
    [{ gameId: 'chess' }, 'game_not_found'],
    [{ bet: 0 }, 'invalid_request'],
    [{ bet: 1.5 }, 'invalid_request'],
    [{ choice: { side: 'edge' } }, 'invalid_request'],
    [{ choice: { side: 'heads', bet: 1, more: 'x' } }, 'invalid_request'],
    [{ userId: 'ada' }, 'invalid_request'],
    [{ key: '' }, 'invalid_request'],
    [{ key: 'x'.repeat(256) }, 'invalid_request'],
    [{ currency: 'GOLD' }, 'currency_not_found'],
    [{ bet: 101 }, 'insufficient_funds'],
  ])('refuses %j as %s, and nothing moves', async (change, code) => {
    const ada = await userWith(100)
    const answer = await plays().play(player(ada), order(ada, change))
    expect(answer).toEqual({ ok: false, code })
    expect(await available(ada)).toBe(100)
  })

  test('refuses a key that was used for another bet', async () => {
    const ada = await userWith(100)
    await plays().play(player(ada), order(ada, { key: 'once' }))
    const answer = await plays().play(player(ada), order(ada, { key: 'once', bet: 11 }))
    expect(answer).toEqual({ ok: false, code: 'idempotency_conflict' })
  })
})

describe('GamesPlays.act', () => {
  test('acts in a round of several steps, once per key; ten copies answer the same', async () => {
    const ada = await userWith(100)
    const { body } = await dealt(ada, ['hit', 'stand'], 'win')
    const hit = { userId: ada, roundId: body.id, action: 'hit', step: 0, key: 'interaction:9' }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => plays().act(player(ada), hit)),
    )
    const rounds = answers.map((answer) => (answer.ok ? JSON.stringify(answer.value.round) : ''))
    expect(new Set(rounds).size).toBe(1)
    expect(answers.filter((answer) => answer.ok && !answer.value.replayed)).toHaveLength(1)
    const stand = { ...hit, action: 'stand', step: 1, key: 'interaction:10' }
    expect(await plays().act(player(ada), stand)).toMatchObject({
      ok: true,
      value: { round: { status: 'settled', payout: 20, outcome: { result: 'win' } } },
    })
    expect(await available(ada)).toBe(110)
  })

  test.each([
    [{ action: 'split' }, 'invalid_request'],
    [{ step: -1 }, 'invalid_request'],
    [{ roundId: 'rnd_1' }, 'invalid_request'],
    [{ key: '' }, 'invalid_request'],
    [{ step: 1 }, 'round_moved_on'],
    [{ roundId: 'rnd_00000000000000000000000000' }, 'round_not_found'],
  ])('refuses %j as %s, and nothing moves', async (change, code) => {
    const ada = await userWith(100)
    const { body } = await dealt(ada, ['stand'], 'lose')
    const given = { userId: ada, roundId: body.id, action: 'hit', step: 0, key: 'k', ...change }
    expect(await plays().act(player(ada), given)).toEqual({ ok: false, code })
    const other = {
      ...given,
      userId: await newUser(),
      roundId: body.id,
      action: 'hit',
      step: 0,
      key: 'k',
    }
    expect(await plays().act(player(ada), other)).toEqual({ ok: false, code: 'round_not_found' })
    expect(await available(ada)).toBe(90)
  })
})

describe('GamesPlays.claimDaily', () => {
  test('refuses without a reward, then pays once a day; the same key answers the same claim', async () => {
    const ada = await newUser()
    const claim = { userId: ada, key: 'interaction:2' }
    const none = await plays().claimDaily(player(ada), claim)
    expect(none).toEqual({ ok: false, code: 'reward_not_configured' })
    await call(dailyRewardSet, { json: { currency: 'COIN', amount: 50 } })
    const first = await plays().claimDaily(player(ada), claim)
    expect(first).toMatchObject({ ok: true, value: { claim: { amount: 50 }, replayed: false } })
    const again = await plays().claimDaily(player(ada), claim)
    expect(again).toMatchObject({ ok: true, value: { replayed: true } })
    const other = await plays().claimDaily(player(ada), { ...claim, key: 'interaction:3' })
    expect(other).toEqual({ ok: false, code: 'already_claimed' })
    const headers = { 'idempotency-key': 'interaction:2' }
    const byRoute = await call(dailyRewardClaim, { caller: player(ada), headers, json: {} })
    expect(first).toMatchObject({ value: { claim: byRoute.body } })
    expect(await available(ada)).toBe(50)
  })

  test('refuses what is no user and no key', async () => {
    const ada = await newUser()
    for (const claim of [
      { userId: 'ada', key: 'k' },
      { userId: ada, key: 'two words' },
    ]) {
      const answer = await plays().claimDaily(player(ada), claim)
      expect(answer).toEqual({ ok: false, code: 'invalid_request' })
    }
  })
})
