import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { newId } from '@coinop/shared/ids'
import { environment, Random } from '@coinop/wallet/test-random'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type BacktestPart, type BacktestTrial, stretchChangesMax } from './board-backtest.ts'
import type { BoardRules } from './board-commands.ts'
import type { FraudCondition, FraudRule } from './fraud-rules.ts'
import type { Review } from './review-rows.ts'
import { boardOf, type TestBoard } from './test-boards.ts'
import { fill } from './test-fill.ts'

const { seed } = environment(1)
const guarded = (fraud: FraudRule[], rules: Partial<BoardRules> = {}) =>
  boardOf({ ...rules, fraud }, { projectId: newId('prj') })

/** Everything that a rule can ask for, close to what the sequence below does. */
const conditions: FraudCondition[] = [
  { kind: 'change_above', change: 12 },
  { kind: 'interval_below', seconds: 40 },
  { kind: 'score_outside', min: -5, max: 30 },
  { kind: 'submissions_above', perHour: 4 },
  { kind: 'z_score_above', zScore: 1.5, entriesMin: 5 },
]
const ruleOf = (condition: FraudCondition, more: Partial<FraudRule> = {}): FraudRule => ({
  id: `frl_${condition.kind}`,
  name: condition.kind,
  condition,
  action: 'flag',
  shadow: true,
  priority: 100,
  ...more,
})
const shadows = conditions.map((condition) => ruleOf(condition))

const everything = { begin: { at: 0 }, until: Infinity, examplesMax: 10_000 }
/** The whole past, in pages of this many changes. */
async function backtested(
  board: TestBoard,
  rules: FraudRule[],
  page: () => number = () => stretchChangesMax,
) {
  const parts: BacktestPart[] = []
  let begin: BacktestTrial['begin'] = everything.begin
  for (;;) {
    const part = await board.stub.backtest({ ...everything, rules, begin, changesMax: page() })
    parts.push(part)
    if (part.next === null) return parts
    begin = { sequence: part.next }
  }
}

/** By user and rule: how often, and the newest hit. */
type Tally = Record<string, { hits: number; reason: string; submitted: number[]; at: number }>
function tallyOf(parts: BacktestPart[]): Tally {
  const tally: Tally = {}
  for (const { userId, ruleId, reason, submitted, at } of parts.flatMap((each) => each.examples)) {
    const hits = (tally[`${userId} ${ruleId}`]?.hits ?? 0) + 1
    tally[`${userId} ${ruleId}`] = { hits, reason, submitted, at }
  }
  return tally
}
async function recorded(board: TestBoard): Promise<Tally> {
  const reviews = await board.stub.reviews({ limit: 101 })
  expect(reviews.length).toBeLessThan(101)
  const rows = reviews.map(({ userId, ruleId, hits, reason, submitted, lastAt: at }) => [
    `${userId} ${ruleId}`,
    { hits, reason, submitted, at },
  ])
  return Object.fromEntries(rows) as Tally
}
const sumOf = (tally: Tally) => Object.values(tally).reduce((sum, { hits }) => sum + hits, 0)

const start = Date.UTC(2026, 10, 2)
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** A clock of which no two readings are the same, which the real one may be. */
function ticking(): void {
  let ticks = 0
  const { now } = Date
  vi.spyOn(Date, 'now').mockImplementation(() => now() + ++ticks)
}

/** A random life of a board: scores, reviews of other kinds, evictions, and time that passes. */
async function live(random: Random, boards: TestBoard[]): Promise<void> {
  let at = start
  for (let step = 0; step < 250; step++) {
    at += random.below(random.pick([10, 60, 900])) * 1_000
    vi.setSystemTime(at)
    const userId = `usr_${random.below(9)}`
    const dice = random.below(24)
    const write = {
      userId,
      keys: [random.below(45) - 8],
      ...(random.below(3) === 0 && { idempotencyKey: `key-${step}` }),
      ...(random.below(9) === 0 && { operator: 'latest' as const }),
    }
    for (const board of boards) {
      if (dice === 0) await board.remove(userId)
      else if (dice === 1) await board.stub.quarantine(userId, 'by hand')
      else if (dice === 2) await board.stub.restore(userId)
      else if (dice === 3) {
        await board.stub.total()
        await evictDurableObject(board.stub)
      } else await board.submit([write])
    }
  }
}

describe('a trial finds what was recorded', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'in shadow mode, whatever the rule, in pages of any size (%d)',
    async (run) => {
      vi.useFakeTimers({ toFake: ['Date'], now: start })
      const random = new Random(seed + run)
      const rules: Partial<BoardRules> = {
        operator: random.pick(['best', 'latest', 'increment', 'first'] as const),
        keys: [{ sort: random.pick(['desc', 'asc'] as const) }],
        ...(random.below(2) === 0 && { attemptsMax: 40 }),
      }
      const judged = guarded(shadows, rules)
      const plain = guarded([], rules)
      await live(random, [judged, plain])
      const tally = await recorded(judged)
      const parts = await backtested(judged, shadows, () => 1 + random.below(40))
      expect(tallyOf(parts)).toEqual(tally)
      expect(parts.every(({ assumed }) => assumed === 0)).toBe(true)
      // Before they were switched on, as a board knows it that never had a rule: all but where the median was.
      const others = shadows.filter(({ condition }) => condition.kind !== 'z_score_above')
      const known = Object.entries(tally).filter(([name]) => !name.endsWith('z_score_above'))
      expect(tallyOf(await backtested(plain, others))).toEqual(Object.fromEntries(known))
      expect(sumOf(Object.fromEntries(known))).toBeGreaterThan(5)
    },
    60_000,
  )

  test.each([21, 22])(
    'when the clock goes on while a submission is judged (%d)',
    async (run) => {
      vi.useFakeTimers({ toFake: ['Date'], now: start })
      ticking()
      const random = new Random(seed + run)
      const board = guarded(shadows, { operator: random.pick(['best', 'latest'] as const) })
      await live(random, [board])
      expect(tallyOf(await backtested(board, shadows))).toEqual(await recorded(board))
    },
    60_000,
  )

  test.each([11, 12, 13, 14])(
    'of rules that decide, with exceptions, and of those in shadow mode behind them (%d)',
    async (run) => {
      vi.useFakeTimers({ toFake: ['Date'], now: start })
      const random = new Random(seed + run)
      const rules = conditions.map((condition) =>
        ruleOf(condition, {
          action: random.pick(['accept', 'flag', 'quarantine'] as const),
          shadow: random.below(3) === 0,
          priority: random.below(3),
        }),
      )
      const board = guarded(rules, { operator: random.pick(['best', 'latest'] as const) })
      await live(random, [board])
      const parts = await backtested(board, rules)
      const reviews = await board.stub.reviews({ limit: 101 })
      const hitsOf = (chosen: Review[]) => chosen.reduce((sum, { hits }) => sum + hits, 0)
      const total = (pick: (part: BacktestPart) => number) =>
        parts.reduce((sum, part) => sum + pick(part), 0)
      expect(total(({ decided }) => decided.flag + decided.quarantine)).toBe(
        hitsOf(reviews.filter(({ status }) => status !== 'shadow')),
      )
      for (const { id } of rules.filter(({ shadow }) => shadow)) {
        const shadowed = reviews.filter((each) => each.status === 'shadow' && each.ruleId === id)
        expect(total(({ hits }) => hits[id] ?? 0)).toBe(hitsOf(shadowed))
      }
    },
    60_000,
  )
})

describe('a trial', () => {
  test('covers the span that was asked for and is kept, and says so', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: start })
    const board = guarded([])
    for (let minute = 0; minute < 50; minute++) {
      vi.setSystemTime(start + minute * 60_000)
      await board.score('ada', minute)
    }
    const minuteOf = (at: number | null) => (at === null ? null : (at - start) / 60_000)
    const tried = async (from: number, to: number) => {
      const [begin, until] = [{ at: start + from * 60_000 }, start + to * 60_000]
      const part = await board.stub.backtest({
        ...everything,
        rules: shadows,
        begin,
        until,
        changesMax: 2_000,
      })
      const { changes, firstAt, lastAt, keptFrom } = part
      return [changes, ...[firstAt, lastAt, keptFrom].map(minuteOf)]
    }
    expect(await tried(-5, 500)).toEqual([50, 0, 49, 0])
    expect(await tried(7, 12)).toEqual([5, 7, 11, 0])
    expect(await tried(7.5, 12.5)).toEqual([5, 8, 12, 0])
    expect(await tried(49, 50)).toEqual([1, 49, 49, 0])
    expect(await tried(50, 60)).toEqual([0, null, null, 0])
    await runInDurableObject(board.stub, (_, { storage }) => {
      storage.sql.exec('DELETE FROM journal WHERE sequence <= 20')
    })
    expect(await tried(0, 500)).toEqual([30, 20, 49, 20])
    expect(await tried(0, 20)).toEqual([0, null, null, 20])
  })

  test('takes the standing of now where nobody has asked for the median then, and says how often', async () => {
    const board = guarded([])
    await fill(board, 60)
    await board.score('cheat', 10_000)
    const rules = [ruleOf({ kind: 'z_score_above', zScore: 50, entriesMin: 10 })]
    const [part] = await backtested(board, rules)
    expect(part).toMatchObject({ submissions: 61, assumed: 61, hits: { [rules[0]!.id]: 1 } })
    expect(part!.examples).toMatchObject([{ userId: 'cheat', submitted: [10_000] }])
  })

  test('reads no more rows than were asked for, in time for others, and writes nothing', async () => {
    const board = guarded(shadows)
    await fill(board, 2_500)
    await runDurableObjectAlarm(board.stub)
    await board.stub.total()
    const contents = () =>
      runInDurableObject(board.stub, async (_, { storage }) => {
        const tables = ['board', 'entries', 'journal', 'checkpoints', 'reviews']
        const rows = tables.map((table) => storage.sql.exec(`SELECT * FROM ${table}`).toArray())
        return JSON.stringify([rows, await storage.getAlarm()])
      })
    const before = await contents()
    const count = { read: 0, written: 0 }
    const spy = await runInDurableObject(board.stub, (object) => {
      const { rows } = (object as unknown as { board: { rows: { sql: SqlStorage } } }).board
      const exec = rows.sql.exec.bind(rows.sql)
      const counted = (query: string, ...bound: unknown[]) => {
        const cursor = exec(query, ...bound)
        const found = cursor.toArray()
        count.read += cursor.rowsRead
        count.written += cursor.rowsWritten
        return { toArray: () => found, [Symbol.iterator]: () => found.values() }
      }
      Object.assign(rows, { sql: { exec: counted } })
      return () => Object.assign(rows, { sql: { exec } })
    })
    const ask = (changesMax: number) =>
      board.stub.backtest({ ...everything, rules: shadows, changesMax })
    const part = await ask(100_000)
    expect([part.changes, part.next]).toEqual([stretchChangesMax, stretchChangesMax])
    // The changes, and what it takes to find the first one.
    expect(count.read).toBeLessThanOrEqual(stretchChangesMax + 20)
    count.read = 0
    expect((await ask(50)).changes).toBe(50)
    expect(count.read).toBeLessThanOrEqual(70)
    expect(count.written).toBe(0)
    spy()
    expect(await contents()).toBe(before)
  }, 60_000)
})
