/** Rows written for what players pay for: by the operation itself, and over the whole path with its copies and events. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Counted, type Metered, openMetered } from '../bench/metered.ts'
import { type Coinop, createCoinop, type Schemas } from '../sdk/js/src/index.ts'
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
let server: Coinop
let leaderboardId: string

beforeAll(async () => {
  metered = await openMetered(stateFolder, await freePort())
  const { baseUrl, publishableKey } = metered.demo
  const [{ email, password } = { email: '', password: '' }] = metered.demo.users
  const game = createCoinop({ baseUrl, apiKey: publishableKey })
  const { data } = await game.POST('/v1/login', { body: { email, password } })
  player = createCoinop({ baseUrl, accessToken: data.accessToken })
  server = createCoinop({ baseUrl, apiKey: metered.demo.secretKey })
  // All else has a default.
  const board = { slug: 'rows', name: 'Rows' } as Schemas['NewLeaderboard']
  leaderboardId = (await server.POST('/v1/leaderboards', { body: board })).data.id
  // The first ones pay for what is done once: seeds, tables, the lease of a quota.
  await purchase()
  await play()
  await score()
}, 120_000)

afterAll(async () => {
  await metered?.stop()
  removeState(stateFolder)
})

const asked = { headers: { 'coinop-cost': '1' } }

async function purchase(more: object = {}) {
  const body = { itemId: metered.demo.items[0]!.id, quantity: 1 }
  const { data, response } = await player.POST('/v1/purchase', { body, ...more })
  expect(data.status).toBe('paid')
  return response
}

/** Nearly always won: what is paid out is written as well. */
async function play(more: object = {}) {
  const { data, response } = await player.POST('/v1/games/{gameId}/play', {
    params: { path: { gameId: 'dice' } },
    body: { bet: 100, currency: metered.demo.currency, direction: 'under', target: 99 },
    ...more,
  })
  expect(data.payout).not.toBeNull()
  return response
}

async function deposit(more: object = {}) {
  const { response } = await server.POST('/v1/wallets/{walletId}/deposit', {
    params: { path: { walletId: metered.demo.users[0]!.id } },
    body: { currency: metered.demo.currency, amount: 5, reason: 'counted' },
    ...more,
  })
  return response
}

let points = 0
async function score(more: object = {}) {
  const userId = metered.demo.users[0]!.id
  const body = { leaderboardId, userId, score: ++points } as Schemas['ScoreUpdate']
  const { response } = await server.POST('/v1/scores/update', { body, ...more })
  return response
}

/** The wallet's copy and the event log come last: without them it would not be the whole path. */
const isWhole =
  (least: Record<string, number>) =>
  ({ writtenTo }: Counted) =>
    Object.entries(least).every(([place, rows]) => (writtenTo.get(place) ?? 0) >= rows)

function whole({ entries, events }: { entries: number; events: number }) {
  return {
    'WalletObject entries': entries,
    'D1 entries': entries,
    'EventLogObject events': events,
  }
}

describe('rows written by the operation itself, and over the whole path', () => {
  const cases = [
    ['a purchase', purchase, rowsMax.purchase, { entries: 1, events: 2 }],
    ['a play that pays', play, rowsMax.play, { entries: 2, events: 3 }],
  ] as const
  test.each(cases)('of %s', async (_, perform, most, { entries, events }) => {
    const { writtenTo } = await metered.count(() => perform(), isWhole(whole({ entries, events })))
    expect(rowsOf(writtenTo, following), listOf(writtenTo)).toBeLessThanOrEqual(most.own)
    expect(rowsOf(writtenTo), listOf(writtenTo)).toBeLessThanOrEqual(most.whole)
  })
})

describe('Coinop-Rows-Written is what the runtime counts, of', () => {
  /** `announced`: the events that the answer waits for; all others follow. */
  const cases = [
    ['a purchase', purchase, { announced: 1, least: whole({ entries: 1, events: 2 }) }],
    ['a play that pays', play, { announced: 1, least: whole({ entries: 2, events: 3 }) }],
    ['a deposit', deposit, { announced: 0, least: whole({ entries: 1, events: 1 }) }],
    ['a score', score, { announced: 0, least: { 'EventLogObject events': 1 } }],
  ] as const
  test.each(cases)('%s', async (_, perform, { announced, least }) => {
    let told = Number.NaN
    const ask = async () => {
      const { headers } = await perform(asked)
      told = Number(headers.get('coinop-rows-written'))
      expect(Number(headers.get('coinop-rows-read'))).toBeGreaterThan(0)
    }
    const { writtenTo } = await metered.count(ask, isWhole(least))
    const alarms = [...writtenTo.keys()].filter((place) => place.endsWith(' alarm'))
    const own = rowsOf(writtenTo, [...following, ...alarms])
    expect(told, listOf(writtenTo)).toBe(own + announced)
  })
})

/**
 * What is noted by the lease or by the minute, whether or not one ends just now: the quota, and when the key was last used. It has
 * nothing to do with the operation.
 */
const nowAndThen = ['MeterObject ', 'D1 api_keys']
const rowsOf = (writtenTo: Counted['writtenTo'], without: string[] = []) =>
  [...writtenTo].reduce(
    (sum, [place, rows]) =>
      [...nowAndThen, ...without].some((start) => place.startsWith(start)) ? sum : sum + rows,
    0,
  )

/** What a failure should say. */
const listOf = (writtenTo: Counted['writtenTo']) =>
  [...writtenTo].map(([place, rows]) => `${place} ${rows}`).join(', ')
