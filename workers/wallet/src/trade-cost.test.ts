import { runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { bindings, stubOf } from './test-money.ts'
import {
  cancel,
  confirm,
  confirmBoth,
  getTrade,
  makeTradedCurrencies,
  offered,
  tradeStub,
  userHaving,
} from './test-trades.ts'

beforeAll(makeTradedCurrencies)
afterEach(() => {
  vi.restoreAllMocks()
})

const stranger = 'usr_01k9x6c3v5t8r2m4n7p0q1s2w3'

type Cursor = { rowsWritten: number }
type Answer = { meta: { rows_written: number } }

/** Counts what every object and the database of this isolate write from now on. */
async function countRows(id: string) {
  const cursors: Cursor[] = []
  const alarms: number[] = []
  const copied: number[] = []
  await runInDurableObject(tradeStub(id), (_, { storage }) => {
    const sql = Object.getPrototypeOf(storage.sql) as { exec: (...of: unknown[]) => Cursor }
    const exec = sql.exec
    vi.spyOn(sql, 'exec').mockImplementation(function (this: unknown, ...of) {
      const cursor = exec.apply(this, of)
      cursors.push(cursor)
      return cursor
    })
    const alarm = Object.getPrototypeOf(storage) as { setAlarm: (at: number) => Promise<void> }
    const setAlarm = alarm.setAlarm
    vi.spyOn(alarm, 'setAlarm').mockImplementation(function (this: unknown, at) {
      alarms.push(at)
      return setAlarm.call(this, at)
    })
  })
  const d1 = Object.getPrototypeOf(bindings.WALLET_DB) as {
    batch: (of: unknown[]) => Promise<Answer[]>
  }
  const batch = d1.batch
  vi.spyOn(d1, 'batch').mockImplementation(async function (this: unknown, of) {
    const answers = await batch.call(this, of)
    copied.push(...answers.map(({ meta }) => meta.rows_written))
    return answers
  })
  return () => ({
    objects: cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0),
    alarms: alarms.length,
    copy: copied.reduce((sum, rows) => sum + rows, 0),
  })
}

test(
  'a trade of one currency on each side writes at most 80 rows in its three objects and 80 in the copy',
  { timeout: 60_000 },
  async () => {
    const [ada, grace] = [
      await userHaving({ COIN: 100, GEM: 1 }),
      await userHaving({ GEM: 10, COIN: 1 }),
    ]
    const [first] = [await offered([ada, { COIN: 1 }], [grace, { GEM: 1 }])]
    const rows = await countRows(first.id)
    const trade = await offered([ada, { COIN: 40 }], [grace, { GEM: 5 }])
    expect((await confirmBoth(trade, ada, grace)).body.status).toBe('completed')
    await vi.waitFor(async () => {
      for (const stub of [stubOf(ada), stubOf(grace)]) {
        await runInDurableObject(stub, async (_, { storage }) =>
          expect(await storage.getAlarm()).toBeNull(),
        )
      }
      await runInDurableObject(tradeStub(trade.id), async (_, { storage }) =>
        expect(await storage.getAlarm()).toBeNull(),
      )
    }, 20_000)
    const written = rows()
    console.info(`trades: rows written ${JSON.stringify(written)}`)
    expect(written.objects).toBeGreaterThan(20)
    expect(written.objects + written.alarms).toBeLessThanOrEqual(80)
    expect(written.copy).toBeGreaterThan(10)
    expect(written.copy).toBeLessThanOrEqual(80)
  },
)

test('reading a trade, or being refused by it, writes nothing', { timeout: 60_000 }, async () => {
  const [ada, grace] = [await userHaving({ COIN: 1 }), await userHaving({})]
  const trade = await offered([ada, { COIN: 1 }], [grace, {}])
  await vi.waitFor(
    () =>
      runInDurableObject(tradeStub(trade.id), (_, { storage }) => {
        const sql = 'SELECT publishedSeq, (SELECT max(seq) FROM history) AS seq FROM trade'
        const row = storage.sql.exec<{ publishedSeq: number; seq: number }>(sql).one()
        expect(row.publishedSeq).toBe(row.seq)
      }),
    20_000,
  )
  const rows = await countRows(trade.id)
  expect((await getTrade(trade.id)).status).toBe(200)
  expect((await confirm(trade.id, ada, '0'.repeat(64))).body.code).toBe('trade_changed')
  expect((await cancel(trade.id, stranger)).status).toBe(404)
  expect(rows().objects).toBe(0)
})
