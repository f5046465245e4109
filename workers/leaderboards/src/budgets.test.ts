import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { describe, expect, test, vi } from 'vitest'
import type { BoardObject } from './board-object.ts'
import type { TiePolicy } from './board-commands.ts'
import type { FraudRule } from './fraud-rules.ts'
import { boardOf, type TestBoard } from './test-boards.ts'
import { fill } from './test-fill.ts'

/** Rows by the runtime's own counters, the alarm included; leaderboards.md and performance.md count these. */
const budgets = {
  same: { read: 4, written: 0 },
  better: { read: 8, written: 4 },
  rank: { read: 300, written: 0 },
  top: { read: 105, written: 0 },
  around: { read: 420, written: 0 },
}
const coldReadMax = 2_500

type Loaded = {
  rows: { places: object; requests: object }
  fraud: { reviews: object }
  plays: object
}
type Counted = { read: number; written: number; alarms: number }

/** Counts what `work` does in the board, which has just been evicted when `cold`. */
async function counted(
  board: TestBoard,
  work: () => Promise<unknown>,
  cold = false,
): Promise<Counted> {
  if (cold) await evictDurableObject(board.stub)
  const count: Counted = { read: 0, written: 0, alarms: 0 }
  await runInDurableObject(board.stub, (object: BoardObject, { storage }) => {
    const { sql } = storage
    const exec = sql.exec.bind(sql)
    const spy = (query: string, ...bound: unknown[]) => {
      const cursor = exec(query, ...bound)
      const rows = [...cursor]
      count.read += cursor.rowsRead
      count.written += cursor.rowsWritten
      const values = () => rows.map((row) => Object.values(row))
      const again = { toArray: () => rows, one: () => rows[0]!, raw: values }
      return { ...again, rowsWritten: cursor.rowsWritten, [Symbol.iterator]: () => rows.values() }
    }
    // The object as it is from its first statement on: it opens the board when it is first asked.
    const counting = Object.create(storage, {
      sql: { value: { exec: spy } },
      transactionSync: { value: storage.transactionSync.bind(storage) },
      setAlarm: {
        value: (time: number) => {
          count.alarms += 1
          return storage.setAlarm(time)
        },
      },
    })
    const inside = object as unknown as { ctx: object; nextAlarm: object; loaded?: Loaded }
    const { ctx } = inside
    Object.defineProperty(inside, 'ctx', {
      value: Object.create(ctx, { storage: { value: counting } }),
    })
    Object.assign(inside.nextAlarm, { storage: counting })
    if (inside.loaded) {
      const { rows, fraud, plays } = inside.loaded
      for (const part of [rows, rows.places, rows.requests, fraud.reviews, plays]) {
        Object.assign(part, { sql: { exec: spy } })
      }
    }
  })
  await work()
  return { ...count, written: count.written + count.alarms }
}

/** What it was more than its budget; printed, for the figures are published. */
function excess(count: Counted, budget: { read: number; written: number }, what: string) {
  console.warn(`${what}: ${JSON.stringify(count)}`)
  const more = (used: number, allowed: number) => Math.max(0, used - allowed)
  return { read: more(count.read, budget.read), written: more(count.written, budget.written) }
}
const none = { read: 0, written: 0 }

const policies: TiePolicy[] = ['first_to_reach', 'shared_competition', 'shared_dense']
/** The largest with the policy that reads most. */
const cases = [
  ...policies.map((policy) => [1_000, policy] as const),
  [100_000, 'shared_dense'] as const,
]

describe.each(cases)('%d entries, %s', (size, tiePolicy) => {
  const board = boardOf({ tiePolicy })
  const middle = `usr_${size / 2}`

  test('fill', async () => {
    await fill(board, size)
    expect(await board.stub.total()).toBe(size)
    await runDurableObjectAlarm(board.stub)
  }, 300_000)

  test('a cold start reads the checkpoint and what came after it', async () => {
    const count = await counted(board, () => board.stub.total(), true)
    const { sequence, checkpointed } = await board.stub.state()
    const since = sequence - checkpointed
    expect(
      excess(count, { read: Math.min(coldReadMax, since + size / 1_000 + 20), written: 0 }, 'cold'),
    ).toEqual(none)
  }, 60_000)

  test('a rank, with nothing in memory and with its bucket there', async () => {
    await evictDurableObject(board.stub)
    await board.stub.total()
    const first = await counted(board, () => board.rank(middle))
    expect(excess(first, budgets.rank, 'rank')).toEqual(none)
    const second = await counted(board, () => board.rank(middle))
    expect(excess(second, { read: 2, written: 0 }, 'rank again')).toEqual(none)
  })

  test('top 100 and around 50, with nothing in memory', async () => {
    await evictDurableObject(board.stub)
    await board.stub.total()
    expect(
      excess(await counted(board, () => board.top({ limit: 100 })), budgets.top, 'top'),
    ).toEqual(none)
    const count = await counted(board, () => board.stub.around(middle, 50))
    expect(excess(count, budgets.around, 'around')).toEqual(none)
  })

  test('a score that does not improve reads its entry, and writes nothing', async () => {
    await board.rank(middle)
    const count = await counted(board, () => board.score(middle, -1_000_000_000))
    expect(excess(count, budgets.same, 'same')).toEqual(none)
  })

  test('a score that improves: entry, order, journal, alarm', async () => {
    // The bucket that it leaves and the one that it comes to are in memory: a cold one is read like a rank.
    await board.rank(middle)
    await board.stub.rankFor([size + 7])
    await runDurableObjectAlarm(board.stub)
    const count = await counted(board, () => board.score(middle, size + 7))
    expect(excess(count, budgets.better, 'better')).toEqual(none)
    expect(count).toMatchObject({ written: 4, alarms: 1 })
    // The alarm of the last one is still set: a key costs no more than that.
    const keyed = { userId: middle, keys: [size + 8], idempotencyKey: 'key' }
    const next = await counted(board, () => board.submit([keyed]))
    expect(excess(next, budgets.better, 'better, with a key, soon after another')).toEqual(none)
    const again = await counted(board, () => board.submit([keyed]))
    expect(excess(again, budgets.same, 'retry')).toEqual(none)
  })

  test('a score with a play session: one row read and one written more; its start: one, and its key', async () => {
    await runDurableObjectAlarm(board.stub)
    const start = { userId: middle, seconds: 60 }
    const plain = await counted(board, () => board.stub.startPlay(board.reference, start))
    expect(excess(plain, { read: 4, written: 1 }, 'play session')).toEqual(none)
    const keyed = { ...start, key: 'key' }
    const begun = await counted(board, () => board.stub.startPlay(board.reference, keyed))
    expect(excess(begun, { read: 5, written: 2 }, 'play session, with a key')).toEqual(none)
    const answer = await board.stub.startPlay(board.reference, start)
    const play = { ...(answer.ok ? answer.value.play : undefined)!, seasonId: 'sea_1' }
    const write = { userId: middle, keys: [size + 9], play }
    const { read, written } = budgets.better
    const count = await counted(board, () => board.submit([write]))
    expect(
      excess(count, { read: read + 1, written: written + 1 }, 'better, with a play session'),
    ).toEqual(none)
  })

  test('the alarm announces, and writes nothing but now and then its mark', async () => {
    await board.score(middle, size + 10)
    const count = await counted(board, () => runDurableObjectAlarm(board.stub))
    expect(excess(count, { read: 110, written: 1 }, 'alarm')).toEqual(none)
  })

  test('a batch of 100 reads and writes no more for each', async () => {
    const writes = Array.from({ length: 100 }, (_, index) => ({
      userId: `usr_${index}`,
      keys: [2 * size + index],
    }))
    await board.stub.rankFor([3 * size])
    const count = await counted(board, () => board.submit(writes))
    // What the buckets hold that they leave is read once.
    const buckets = Math.min(100, size / 64) * 129
    expect(excess(count, { read: 800 + buckets, written: 400 }, 'batch')).toEqual(none)
  })
  vi.setConfig({ testTimeout: 60_000 })
})

describe('a board of 10,000 with rules against fraud', () => {
  const rule = (condition: FraudRule['condition'], more: Partial<FraudRule> = {}): FraudRule => ({
    id: `frl_${condition.kind}`,
    name: condition.kind,
    condition,
    action: 'quarantine',
    shadow: false,
    priority: 100,
    ...more,
  })
  const size = 10_000
  const entriesMin = 10
  const fraud = [
    rule({ kind: 'change_above', change: 3 * size }),
    rule({ kind: 'interval_below', seconds: 0.001 }, { shadow: true }),
    rule({ kind: 'score_outside', min: -size, max: 9 * size }),
    rule({ kind: 'z_score_above', zScore: 100, entriesMin }),
  ]
  const counting = rule({ kind: 'submissions_above', perHour: 100 })
  const plain = boardOf({ fraud })
  const board = boardOf({ fraud: [...fraud, counting] })
  const warm = async (each: TestBoard) => {
    await each.rank('usr_5')
    await each.stub.rankFor([size + 5])
    await each.score('usr_5', size + 5)
    await runDurableObjectAlarm(each.stub)
  }

  test('fill', async () => {
    for (const each of [plain, board]) {
      await fill(each, size)
      await warm(each)
      expect(await each.stub.total()).toBe(size)
    }
  }, 300_000)

  test('a score that none hits costs what it costs without rules', async () => {
    const count = await counted(plain, () => plain.score('usr_5', size + 6))
    expect(excess(count, budgets.better, 'rules')).toEqual(none)
  })

  test('a rule that counts submissions costs no more', async () => {
    const count = await counted(board, () => board.score('usr_5', size + 6))
    expect(excess(count, budgets.better, 'rules that count')).toEqual(none)
  })

  test('a score that does not improve is not judged, and writes nothing', async () => {
    const count = await counted(board, () => board.score('usr_5', -size))
    expect(excess(count, budgets.same, 'rules, same')).toEqual(none)
  })

  test('a hit reads and writes a few rows more, and its repetition fewer', async () => {
    const first = await counted(plain, () => plain.score('usr_5', 20 * size))
    expect(excess(first, { read: 10, written: 10 }, 'first hit')).toEqual(none)
    const again = await counted(plain, () => plain.score('usr_5', 21 * size))
    expect(excess(again, { read: 8, written: 5 }, 'next hit')).toEqual(none)
  })

  test('median and deviation, with nothing in memory, read a bucket for each halving', async () => {
    await evictDurableObject(plain.stub)
    await plain.rank('usr_6')
    await plain.stub.rankFor([size + 7])
    const count = await counted(plain, () => plain.score('usr_6', size + 7))
    expect(excess(count, { read: 50 * 128, written: 4 }, 'cold spread')).toEqual(none)
  })
})
