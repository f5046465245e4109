import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { testProject } from '@coinop/shared/testing'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { CopyObject } from './copy-object.ts'
import { bindings, copied, deposit, makeCurrencies, stubOf, userWith } from './test-money.ts'
import type { WalletObject } from './wallet-object.ts'

beforeAll(makeCurrencies)
afterEach(() => vi.restoreAllMocks())

type Inside = { workDue(): number | undefined; storage: { copied: number } }

const stateOf = (walletId: string) =>
  runInDurableObject(stubOf(walletId), async (object: WalletObject, { storage }) => {
    const inside = object as unknown as Inside
    const { copied: known } = inside.storage
    const [row] = storage.sql.exec<{ copied: number }>('SELECT copied FROM balances').toArray()
    const alarm = await storage.getAlarm()
    return { known, written: row?.copied, isDone: inside.workDue() === undefined, alarm }
  })
const done = (walletId: string) =>
  vi.waitFor(async () => expect(await stateOf(walletId)).toMatchObject({ isDone: true }), 10_000)
const evict = (walletId: string) => evictDurableObject(stubOf(walletId))

/** A wallet whose entries are copied and announced, at rest. */
async function atRest(deposits: number): Promise<string> {
  const ada = await userWith(10)
  for (let count = 1; count < deposits; count += 1) await deposit(ada, 1)
  await copied(ada, deposits)
  await done(ada)
  return ada
}

/** The sequences of the entries that are handed over for the copy from now on. */
function handedOver() {
  const copying = vi.spyOn(CopyObject.prototype, 'copy')
  return () => copying.mock.calls.flatMap(([{ rows }]) => rows.map(({ seq }) => seq))
}

const announced = async () => (await bindings.EVENTS_APPENDS.append(testProject, [])).head

describe('how far the copy is', () => {
  test('is written with the next entry; what is not written yet is handed over again, and changes nothing', async () => {
    const ada = await atRest(2)
    expect(await stateOf(ada)).toMatchObject({ known: 2, alarm: null })
    await deposit(ada, 1)
    await copied(ada, 3)
    await done(ada)
    expect(await stateOf(ada)).toMatchObject({ known: 3, written: 2 })
    const [handed, before] = [handedOver(), await announced()]
    await evict(ada)
    await deposit(ada, 1)
    await copied(ada, 4)
    await done(ada)
    expect(new Set([...handed(), 3, 4])).toEqual(new Set([3, 4]))
    expect(handed()).toContain(4)
    expect(await announced()).toBe(before + 1)
  })

  test('a wallet that is woken to be read learns it from D1: nothing is written, set or handed over', async () => {
    const ada = await atRest(1)
    expect(await stateOf(ada)).toMatchObject({ written: 0 })
    const handed = handedOver()
    await evict(ada)
    expect(await stubOf(ada).balances()).toMatchObject([{ posted: 10 }])
    await done(ada)
    expect(await stateOf(ada)).toMatchObject({ known: 1, written: 0, alarm: null })
    expect(handed()).toEqual([])
  })

  test('an alarm that was lost before the copy is set again by whoever wakes the wallet', async () => {
    const ada = await atRest(1)
    vi.spyOn(console, 'error').mockReturnValue()
    const copying = vi.spyOn(CopyObject.prototype, 'copy').mockRejectedValue(new Error('down'))
    const before = await announced()
    await deposit(ada, 1)
    await vi.waitFor(() => expect(copying).toHaveBeenCalled())
    await runInDurableObject(stubOf(ada), (_, { storage }) => storage.deleteAlarm())
    await evict(ada)
    copying.mockRestore()
    await stubOf(ada).balances()
    await copied(ada, 2)
    await done(ada)
    expect(await announced()).toBe(before + 1)
  })

  test('also where D1 cannot be asked', async () => {
    const ada = await atRest(1)
    vi.spyOn(console, 'error').mockReturnValue()
    const handed = handedOver()
    await runInDurableObject(stubOf(ada), async (object: WalletObject, { storage }) => {
      const inside = object as unknown as Inside & { learnCopied(): Promise<void> }
      inside.storage.copied = 0
      Object.assign(object, { env: { ...bindings, WALLET_DB: undefined } })
      await inside.learnCopied()
      expect(await storage.getAlarm()).not.toBeNull()
    })
    await done(ada)
    expect(handed()).toEqual([1])
  })

  test('an alarm that was cut off between the copy and the log announces, though D1 has all', async () => {
    const ada = await atRest(1)
    vi.spyOn(console, 'error').mockReturnValue()
    const inside = CopyObject.prototype as unknown as { announce: () => Promise<void> }
    const announcing = vi.spyOn(inside, 'announce').mockRejectedValue(new Error('cut off'))
    const before = await announced()
    await deposit(ada, 1)
    await copied(ada, 2)
    expect(await announced()).toBe(before)
    await evict(ada)
    announcing.mockRestore()
    await stubOf(ada).balances()
    await vi.waitFor(async () => expect(await announced()).toBe(before + 1), 10_000)
    await done(ada)
  })
})
