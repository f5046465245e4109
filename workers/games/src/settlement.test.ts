import type { EventEnvelope } from '@coinop/shared/events'
import { player, testProject } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { coinflip } from './games/coinflip.ts'
import { finishRound, play } from './play.ts'
import { isRound, selectRounds } from './rounds.ts'
import { outbox, rounds } from './schema.ts'
import { openSession } from './sessions.ts'
import { drawsFor, endOf } from './steps.ts'
import { sendEvents } from './sweep.ts'
import {
  available,
  bindings,
  entryKinds,
  eventsOf,
  interrupt,
  makeCurrency,
  newUser,
  userWith,
} from './test-games.ts'

const db = drizzle(bindings.GAMES_DB)
const log = bindings.EVENTS_APPENDS
type Append = (projectId: string, events: EventEnvelope[]) => Promise<unknown>

beforeAll(() => makeCurrency())
beforeEach(async () => void (await db.delete(outbox)))
afterEach(() => vi.restoreAllMocks())

/** The environment with an event log that answers like this. */
const withLog = (append: Append) =>
  ({ ...bindings, EVENTS_APPENDS: { append } }) as unknown as GamesEnv

const flipOrder = (userId: string) => ({
  userId,
  game: coinflip,
  key: 'flip',
  bet: 10,
  currency: 'COIN',
  clientSeed: undefined,
  choice: { side: 'heads' },
})

async function flipOnce(env: GamesEnv, userId: string) {
  const played = await play(env, player(userId), flipOrder(userId))
  if (!played.ok) throw new Error(played.code)
  return played.value.round
}

const fetchPair = (userId: string) => openSession(db, { projectId: testProject, userId })
const waitingEvents = async () => (await db.select().from(outbox)).map(({ event }) => event)
const open = async (roundId: string) => {
  const [row] = await selectRounds(db, isRound(testProject, roundId))
  return row!
}

describe('the event of a round', () => {
  test('is in the log when the round is answered, and no row waited for it', async () => {
    const ada = await userWith(100)
    const round = await flipOnce(bindings, ada)
    expect(await waitingEvents()).toEqual([])
    expect(await eventsOf(round.id)).toMatchObject([
      { at: round.settledAt, data: { userId: ada, payout: round.payout } },
    ])
  })

  const failing: [string, Append][] = [
    ['fails', () => Promise.reject(new Error('The log is away.'))],
    ['hangs', () => new Promise(() => undefined)],
    [
      'has it, and its answer is lost',
      async (projectId, events) => {
        await log.append(projectId, events)
        throw new Error('The answer is lost.')
      },
    ],
  ]
  test.each(failing)(
    'waits in the outbox when the log %s, and is logged once',
    async (_, append) => {
      vi.spyOn(console, 'error').mockReturnValue()
      const ada = await userWith(100)
      const startedAt = performance.now()
      const round = await flipOnce(withLog(append), ada)
      expect(performance.now() - startedAt).toBeLessThan(3_000)
      expect(round.status).toBe('settled')
      expect(await waitingEvents()).toMatchObject([{ subject: round.id, at: round.settledAt }])
      await sendEvents(bindings)
      expect([await waitingEvents(), (await eventsOf(round.id)).length]).toEqual([[], 1])
    },
  )

  test('that arrives after the answer stopped waiting for it is logged once', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    let arrive = () => {}
    const gate = new Promise<void>((done) => (arrive = done))
    let arrived: Promise<unknown> = Promise.resolve()
    const late: Append = (projectId, events) =>
      (arrived = gate.then(() => log.append(projectId, events)))
    const round = await flipOnce(withLog(late), await userWith(100))
    await sendEvents(bindings)
    arrive()
    expect(await arrived).toMatchObject({ appended: 0, duplicates: 1 })
    expect(await eventsOf(round.id)).toHaveLength(1)
  })

  test('is the very same for all who carry a round on at once, and later', async () => {
    const ada = await userWith(100)
    const { id } = await flipOnce(bindings, ada)
    const [first] = await eventsOf(id)
    await interrupt(id)
    const told: EventEnvelope[] = []
    const env = withLog(async (projectId, events) => {
      told.push(...events)
      return log.append(projectId, events)
    })
    const row = await open(id)
    await Promise.all([1, 2, 3].map(() => finishRound(env, player(ada), row)))
    const { sequence: _, ...event } = first
    expect(told).toEqual([event, event, event])
    expect([await eventsOf(id), await waitingEvents()]).toEqual([[first], []])
    expect((await entryKinds(ada)).filter((kind) => kind === 'stake')).toHaveLength(1)
  })

  test('is not told while no money has moved', async () => {
    const append = vi.fn<Append>()
    const poor = await newUser()
    const played = await play(withLog(append), player(poor), flipOrder(poor))
    expect(played).toEqual({ ok: false, code: 'insufficient_funds' })
    expect(append).not.toHaveBeenCalled()
    expect(await waitingEvents()).toEqual([])
  })
})

describe('a round is decided before money moves', () => {
  /** What a play stores before the wallet hears of it, and in how many batches. */
  async function begun(userId: string) {
    let batches = 0
    const database = {
      prepare: (query: string) => bindings.GAMES_DB.prepare(query),
      batch: (statements: D1PreparedStatement[]) => {
        batches += 1
        return bindings.GAMES_DB.batch(statements)
      },
    }
    const settle = () => Promise.reject(new Error('The wallet is away.'))
    const env = { ...bindings, GAMES_DB: database, WALLET_SETTLEMENTS: { settle } }
    vi.spyOn(console, 'error').mockReturnValue()
    await expect(flipOnce(env as unknown as GamesEnv, userId)).rejects.toThrow('unavailable')
    const [row] = await selectRounds(db, eq(rounds.userId, userId))
    return { row: row!, batches }
  }

  const madeBefore = [
    ['in the statement that stores it', true, 2],
    ['right after it, where its pair of seeds is made with it', false, 3],
  ] as const
  test.each(madeBefore)('%s', async (_, isMade, batchesExpected) => {
    const ada = await userWith(100)
    if (isMade) await fetchPair(ada)
    const { row, batches } = await begun(ada)
    const { outcome, payout, status, id } = row
    expect(batches).toBe(batchesExpected)
    expect({ outcome, payout }).toEqual(endOf(coinflip, drawsFor(row, coinflip), row))
    expect([status, row.nonce]).toEqual(['open', 1])
    expect(await flipOnce(bindings, ada)).toMatchObject({ id, outcome, payout, status: 'settled' })
  })

  test('ten plays at once: each has a nonce of its own, and the outcome that it gives', async () => {
    const ada = await userWith(1_000)
    await fetchPair(ada)
    const keys = Array.from({ length: 10 }, (_, index) => `${index}`)
    const order = { ...flipOrder(ada), bet: 1 }
    await Promise.all(keys.map((key) => play(bindings, player(ada), { ...order, key })))
    const rows = await selectRounds(db, eq(rounds.userId, ada))
    expect(rows.map(({ nonce }) => nonce).toSorted((a, b) => a - b)).toEqual(
      keys.map((_, index) => index + 1),
    )
    for (const row of rows) {
      expect({ outcome: row.outcome, payout: row.payout }).toEqual(
        endOf(coinflip, drawsFor(row, coinflip), row),
      )
    }
    expect(await available(ada)).toBe(
      1_000 + rows.reduce((sum, { payout }) => sum + payout! - 1, 0),
    )
  })
})
