/** Rows written for what players pay for: by the operation itself, and over the whole path with its copies and events. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Counted, type Metered, openMetered } from '../bench/metered.ts'
import { type Coinop, createCoinop } from '../sdk/js/src/index.ts'
import { freePort, removeState, temporaryState } from './servers.ts'

/**
 * Of one by itself, in a system that is otherwise quiet. What counts for the budgets of 14 and 12 is what the operation itself
 * writes: docs/decisions/0071. Neither figure is to grow; docs/costs.md says where the rows go.
 */
const rowsMax = { purchase: { own: 11, whole: 18 }, play: { own: 12, whole: 22 } }
/** What follows from it: the wallet's copy in D1, the event log. */
const following = [
  'D1 entries',
  'D1 transactions',
  'D1 accounts',
  'D1 balances',
  // Accounts and balances of many wallets come as one list.
  'D1 json_each',
  'EventLogObject ',
]

const stateFolder = temporaryState()
let metered: Metered
let player: Coinop

beforeAll(async () => {
  metered = await openMetered(stateFolder, await freePort())
  const { baseUrl, publishableKey } = metered.demo
  const [{ email, password } = { email: '', password: '' }] = metered.demo.users
  const game = createCoinop({ baseUrl, apiKey: publishableKey })
  const { data } = await game.POST('/v1/login', { body: { email, password } })
  player = createCoinop({ baseUrl, accessToken: data.accessToken })
  // The first ones pay for what is done once: seeds, tables, the lease of a quota.
  await purchase()
  await play()
}, 120_000)

afterAll(async () => {
  await metered?.stop()
  removeState(stateFolder)
})

async function purchase() {
  const body = { itemId: metered.demo.items[0]!.id, quantity: 1 }
  const { data } = await player.POST('/v1/purchase', { body })
  expect(data.status).toBe('paid')
}

/** Nearly always won: what is paid out is written as well. */
async function play() {
  const { data } = await player.POST('/v1/games/{gameId}/play', {
    params: { path: { gameId: 'dice' } },
    body: { bet: 100, currency: metered.demo.currency, direction: 'under', target: 99 },
  })
  expect(data.payout).not.toBeNull()
}

/** The wallet's copy and the event log come last: without them it would not be the whole path. */
const isWhole =
  (least: Record<string, number>) =>
  ({ writtenTo }: Counted) =>
    Object.entries(least).every(([place, rows]) => (writtenTo.get(place) ?? 0) >= rows)

describe('rows written by the operation itself, and over the whole path', () => {
  const cases = [
    ['a purchase', purchase, rowsMax.purchase, { entries: 1, events: 2 }],
    ['a play that pays', play, rowsMax.play, { entries: 2, events: 3 }],
  ] as const
  test.each(cases)('of %s', async (_, perform, most, { entries, events }) => {
    const least = {
      'WalletObject entries': entries,
      'D1 entries': entries,
      'EventLogObject events': events,
    }
    const { writtenTo } = await metered.count(perform, isWhole(least))
    expect(rowsOf(writtenTo, following), listOf(writtenTo)).toBeLessThanOrEqual(most.own)
    expect(rowsOf(writtenTo), listOf(writtenTo)).toBeLessThanOrEqual(most.whole)
  })
})

/** Without the quota, which is metered by the lease: whether one ends just now has nothing to do with the operation. */
const rowsOf = (writtenTo: Counted['writtenTo'], without: string[] = []) =>
  [...writtenTo].reduce(
    (sum, [place, rows]) =>
      ['MeterObject ', ...without].some((start) => place.startsWith(start)) ? sum : sum + rows,
    0,
  )

/** What a failure should say. */
const listOf = (writtenTo: Counted['writtenTo']) =>
  [...writtenTo].map(([place, rows]) => `${place} ${rows}`).join(', ')
