import { player } from '@coinop/shared/testing'
import { type DeathStep, deathAt } from '@coinop/shared/testing-death'
import { beforeAll, describe, expect, test } from 'vitest'
import { findGame } from './games/index.ts'
import { act } from './acts.ts'
import { play } from './play.ts'
import { sendEvents, sweep } from './sweep.ts'
import { dealt } from './test-blackjack.ts'
import {
  available,
  bindings,
  entryKinds,
  eventsOf,
  makeCurrency,
  nextSide,
  userWith,
} from './test-games.ts'

beforeAll(() => makeCurrency())

/**
 * The environment of a request that dies right before or right after its `place`th step outside: a batch, the wallet, or the
 * event log. Nothing more happens outside after that, whatever the code makes of the error.
 */
function dying(place: number, when: DeathStep): { env: GamesEnv; steps: () => number } {
  const { around, steps } = deathAt(place, when)
  const wallet = bindings.WALLET_SETTLEMENTS
  const log = bindings.EVENTS_APPENDS
  const env = {
    ...bindings,
    GAMES_DB: {
      prepare: (query: string) => bindings.GAMES_DB.prepare(query),
      batch: (statements: D1PreparedStatement[]) =>
        around(() => bindings.GAMES_DB.batch(statements)),
    },
    WALLET_SETTLEMENTS: {
      settle: (...input: Parameters<typeof wallet.settle>) => around(() => wallet.settle(...input)),
      hold: (...input: Parameters<typeof wallet.hold>) => around(() => wallet.hold(...input)),
      settleHeld: (...input: Parameters<typeof wallet.settleHeld>) =>
        around(() => wallet.settleHeld(...input)),
      release: (...input: Parameters<typeof wallet.release>) =>
        around(() => wallet.release(...input)),
    },
    EVENTS_APPENDS: {
      append: (...input: Parameters<typeof log.append>) => around(() => log.append(...input)),
    },
  }
  return { env: env as unknown as GamesEnv, steps }
}

const placesMax = 12
const places = Array.from({ length: placesMax }, (_, index) => index + 1)
const deaths = places.flatMap((place) => [
  { place, when: 'before' as const },
  { place, when: 'after' as const },
])
const flipOrder = (userId: string, side: string) => ({
  userId,
  game: findGame('coinflip')!,
  key: 'flip',
  bet: 10,
  currency: 'COIN',
  clientSeed: undefined,
  choice: { side },
})
const lastMinutes = (userId: string) =>
  bindings.GAMES_DB.prepare('UPDATE rounds SET created_at = created_at - 61000 WHERE user_id = ?')
    .bind(userId)
    .run()
const roundsOf = async (userId: string) =>
  (
    await bindings.GAMES_DB.prepare('SELECT * FROM rounds WHERE user_id = ?')
      .bind(userId)
      .all<{ id: string; status: string; payout: number; outcome: string }>()
  ).results

describe('a play that dies', () => {
  test.each(deaths)(
    '$when step $place, then comes again: the outcome that the seeds give, stake and payout once',
    async ({ place, when }) => {
      const ada = await userWith(100)
      const side = await nextSide(ada)
      const dead = dying(place, when)
      const first = await play(dead.env, player(ada), flipOrder(ada, side)).catch(() => undefined)
      const again = await play(bindings, player(ada), flipOrder(ada, side))
      expect(again).toMatchObject({
        ok: true,
        value: { round: { status: 'settled', outcome: { side }, payout: 20, proof: { nonce: 1 } } },
      })
      if (first?.ok && again.ok) expect(first.value.round).toEqual(again.value.round)
      expect(await available(ada)).toBe(110)
      expect((await entryKinds(ada)).toSorted()).toEqual(['deposit', 'payout', 'stake'])
      const made = await roundsOf(ada)
      expect(made).toHaveLength(1)
      await sendEvents(bindings)
      expect(await eventsOf(made[0]!.id)).toMatchObject([{ data: { userId: ada, payout: 20 } }])
    },
    30_000,
  )

  test.each(deaths.filter(({ place }) => place <= 6))(
    '$when step $place, and does not come again: the sweep ends it the same',
    async ({ place, when }) => {
      const ada = await userWith(100)
      const side = await nextSide(ada)
      await play(dying(place, when).env, player(ada), flipOrder(ada, side)).catch(() => undefined)
      const begun = await roundsOf(ada)
      await lastMinutes(ada)
      await sweep(bindings)
      const ended = await roundsOf(ada)
      expect(ended).toHaveLength(begun.length)
      expect(ended.every(({ status, payout }) => status === 'settled' && payout === 20)).toBe(true)
      expect(await available(ada)).toBe(100 + 10 * ended.length)
      for (const { id } of ended) expect(await eventsOf(id)).toHaveLength(1)
    },
    30_000,
  )

  test('has five steps outside: the deaths above meet each of them', async () => {
    const ada = await userWith(100)
    const side = await nextSide(ada)
    const whole = dying(placesMax + 1, 'before')
    await play(whole.env, player(ada), flipOrder(ada, side))
    expect(whole.steps()).toBe(5)
  })
})

describe('a round in steps that dies', () => {
  const double = (userId: string, roundId: string) => ({
    userId,
    roundId,
    action: 'double',
    step: 0,
    key: 'double',
  })

  test.each(deaths.filter(({ place }) => place <= 9))(
    '$when step $place of doubling, then comes again: both stakes once, the payout once',
    async ({ place, when }) => {
      const ada = await userWith(100)
      const { body } = await dealt(ada, ['double'], 'win')
      const order = double(ada, body.id)
      const dead = dying(place, when)
      await act(dead.env, player(ada), order).catch(() => undefined)
      const again = await act(bindings, player(ada), order)
      expect(again).toMatchObject({
        ok: true,
        value: { round: { status: 'settled', staked: 20, payout: 40, actions: ['double'] } },
      })
      expect(await available(ada)).toBe(120)
      const moved = (await entryKinds(ada)).toSorted()
      expect(moved).toEqual(['capture', 'capture', 'deposit', 'hold', 'hold', 'payout'])
      await sendEvents(bindings)
      expect(await eventsOf(body.id)).toMatchObject([{ data: { staked: 20, payout: 40 } }])
    },
    30_000,
  )

  test('has seven steps outside: the deaths above meet each of them', async () => {
    const ada = await userWith(100)
    const { body } = await dealt(ada, ['double'], 'win')
    const whole = dying(placesMax + 1, 'before')
    await act(whole.env, player(ada), double(ada, body.id))
    expect(whole.steps()).toBe(7)
  })
})
