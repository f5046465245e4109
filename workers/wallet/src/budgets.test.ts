import { runInDurableObject } from 'cloudflare:test'
import { testProject } from '@coinop/shared/testing'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { LedgerCommand } from './commands.ts'
import type { CopyObject } from './copy-object.ts'
import { bindings, copied, makeCurrencies, stubOf, userWith } from './test-money.ts'
import type { WalletObject } from './wallet-object.ts'

/**
 * Rows written in the wallets' own storage, the alarm included; performance.md counts these. The
 * copy in D1 and the event log are counted beside it, for they are paid for as well.
 */
const budgets = { deposit: 4, purchase: 4, play: 5, transfer: 11, balance: 0 }
/** All of it together, of an operation that shares nothing with another: no more than this. */
const sums = { deposit: 10, purchase: 10, play: 14, transfer: 24 }
/** As the tests of the log hold it to. */
const rowsOfEvent = 1

beforeAll(makeCurrencies)
afterEach(() => vi.restoreAllMocks())

type Written = { object: number; alarms: number }
type Copied = { projection: number; events: number }

/** Counts what `work` and its alarm write in this wallet, by the runtime's own counters. */
async function written(walletId: string, work: () => Promise<unknown>): Promise<Written> {
  const count: Written = { object: 0, alarms: 0 }
  await runInDurableObject(stubOf(walletId), (object: WalletObject, { storage }) => {
    const { sql } = storage
    const exec = sql.exec.bind(sql)
    const counted = (query: string, ...bound: unknown[]) => {
      const cursor = exec(query, ...bound)
      const rows = cursor.toArray()
      count.object += cursor.rowsWritten
      return { toArray: () => rows, one: () => rows[0]! }
    }
    const { ledger } = object as unknown as { ledger: { rows: object; holds: object } }
    for (const part of [ledger.rows, ledger.holds]) {
      Object.assign(part, { sql: { exec: counted } })
    }
    const setAlarm = storage.setAlarm.bind(storage)
    vi.spyOn(storage, 'setAlarm').mockImplementation((time) => {
      count.alarms += 1
      return setAlarm(time)
    })
  })
  await work()
  return count
}

/** Counts what is written in D1 and in the event log while `work` goes on. */
async function copying<T>(work: () => Promise<T>): Promise<Copied & { value: T }> {
  const count: Copied = { projection: 0, events: 0 }
  const stub = bindings.COPIES.getByName(testProject)
  const use = (env: WalletEnv) =>
    runInDurableObject(stub, (object: CopyObject) => void Object.assign(object, { env }))
  await use({
    ...bindings,
    WALLET_DB: countingDatabase(bindings.WALLET_DB, count),
    EVENTS_APPENDS: countingLog(bindings.EVENTS_APPENDS, count) as never,
  })
  const value = await work()
  await use(bindings)
  return { ...count, value }
}

function countingDatabase(database: D1Database, count: Copied): D1Database {
  const batch = async <T>(statements: D1PreparedStatement[]) => {
    const results = await database.batch<T>(statements)
    for (const { meta } of results) count.projection += meta.rows_written
    return results
  }
  return { prepare: (query: string) => database.prepare(query), batch } as unknown as D1Database
}

/** What it answers that it appended, and has not seen before. */
function countingLog(log: WalletEnv['EVENTS_APPENDS'], count: Copied) {
  return {
    append: async (...input: Parameters<typeof log.append>) => {
      const answer = await log.append(...input)
      count.events += answer.appended * rowsOfEvent
      return answer
    },
  }
}

const command = (walletId: string, key: string) => ({
  wallet: { projectId: testProject, walletId },
  key,
  transferId: `trf_${key}`,
  actor: 'test',
})
const posting = (
  kind: 'deposit' | 'charge' | 'stake' | 'payout',
  amount: number,
  counterAccount: '@mint' | '@shop' | '@house',
) => ({ kind, currency: 'COIN', amount, counterAccount, counterparty: '', memo: '' })
const total = ({ object, alarms }: Written) => object + alarms
const copy = ({ projection, events }: Copied) => projection + events

describe('rows written', () => {
  const cases = {
    deposit: [posting('deposit', 5, '@mint')],
    purchase: [posting('charge', -5, '@shop')],
    play: [posting('stake', -5, '@house'), posting('payout', 8, '@house')],
  }
  test.each(Object.entries(cases))('a %s stays within its budget', async (name, postings) => {
    const ada = await userWith(100)
    await copied(ada, 1)
    const { value: count, ...copies } = await copying(() =>
      written(ada, async () => {
        const done = await stubOf(ada).execute({ do: 'post', ...command(ada, name), postings })
        expect(done).toMatchObject({ ok: true })
        await copied(ada, 1 + postings.length)
        await vi.waitFor(async () => expect(await projectedAll(ada)).toBe(true), 10_000)
      }),
    )
    console.warn(`${name}: ${JSON.stringify({ ...count, ...copies })}`)
    expect(count.object).toBeGreaterThan(2)
    expect(total(count)).toBeLessThanOrEqual(budgets[name as keyof typeof budgets])
    expect(copies.events).toBe(postings.length * rowsOfEvent)
    expect(total(count) + copy(copies)).toBeLessThanOrEqual(sums[name as keyof typeof sums])
  })

  test('a transfer stays within its budget, both wallets counted', async () => {
    const [ada, grace] = [await userWith(100), await userWith(1)]
    for (const id of [ada, grace]) await copied(id, 1)
    const send: Extract<LedgerCommand, { do: 'send' }> = {
      do: 'send',
      ...command(ada, 'transfer'),
      recipient: grace,
      currency: 'COIN',
      amount: 5,
      memo: '',
    }
    let arrived: Written | undefined
    const { value: left, ...copies } = await copying(() =>
      written(ada, async () => {
        arrived = await written(grace, async () => {
          expect(await stubOf(ada).send(send)).toMatchObject({
            ok: true,
            value: { state: 'COMPLETED' },
          })
          for (const id of [ada, grace]) {
            await copied(id, 2)
            await vi.waitFor(async () => expect(await projectedAll(id)).toBe(true), 10_000)
          }
        })
      }),
    )
    console.warn(`transfer: ${JSON.stringify({ left, arrived, copies })}`)
    expect(total(left) + total(arrived!)).toBeLessThanOrEqual(budgets.transfer)
    expect(left.object).toBeGreaterThan(5)
    expect(copies.events).toBe(2 * rowsOfEvent)
    expect(total(left) + total(arrived!) + copy(copies)).toBeLessThanOrEqual(sums.transfer)
  })

  test('a balance writes nothing, also when a hold is past its time', async () => {
    const ada = await userWith(100)
    const hold = { currency: 'COIN', amount: 5, account: '@shop' as const, memo: '', seconds: 1 }
    await stubOf(ada).execute({ do: 'hold', ...command(ada, 'hold'), hold })
    await copied(ada, 2)
    await vi.waitFor(async () => expect(await projectedAll(ada)).toBe(true), 10_000)
    const count = await written(ada, async () => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
      expect(await stubOf(ada).balances()).toMatchObject([{ posted: 100, held: 0 }])
      vi.useRealTimers()
    })
    expect(total(count)).toBe(budgets.balance)
  })
})

const projectedAll = (walletId: string) =>
  runInDurableObject(
    stubOf(walletId),
    (object: WalletObject) => (object as unknown as { workDue(): unknown }).workDue() === undefined,
  )
