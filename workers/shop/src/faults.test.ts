import { newId } from '@coinop/shared/ids'
import { drainOutbox } from '@coinop/shared/outbox'
import { player } from '@coinop/shared/testing'
import { environment, sum } from '@coinop/wallet/test-random'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { purchase } from './purchase.ts'
import { orders } from './schema.ts'
import { sweep } from './sweep.ts'
import { faultyEnv, installSeams } from './test-faults.ts'
import {
  available,
  bindings,
  charges,
  eventsOf,
  makeCurrency,
  makeItem,
  owned,
  stockOf,
  userWith,
} from './test-shop.ts'

const [buyersCount, stock, price] = [500, 100, 10]
const faultsPercent = 20
const { seed } = environment(1)
const { points, begin, end } = installSeams(seed)
const db = drizzle(bindings.SHOP_DB)

beforeAll(() => makeCurrency())
afterAll(() => {
  points.uninstall()
  vi.restoreAllMocks()
})

type Buyer = { userId: string; key: string; isPatient: boolean }

/** In groups, so that none waits for all the others. */
async function each<T, R>(list: T[], perform: (one: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let start = 0; start < list.length; start += 50) {
    const group = list.slice(start, start + 50)
    results.push(...(await Promise.all(group.map((one, index) => perform(one, start + index)))))
  }
  return results
}

/** Asks until there is an answer, as a client does; one who is not patient leaves at the first failure. */
async function persist(env: ShopEnv, { userId, key, isPatient }: Buyer, itemId: string) {
  for (let attempt = 0; attempt < 30; attempt++) {
    try {
      const wanted = { userId, itemId, quantity: 1, key, expectedPrice: price }
      const done = await purchase(env, player(userId), wanted)
      return done.ok ? (done.value.order.refusal ?? 'paid') : done.code
    } catch {
      if (!isPatient) return 'gone'
    }
  }
  return 'gone'
}

test(`500 buyers and a stock of 100, a fifth of all steps failing: 100 orders, 100 charges, 100 items (SEED=${seed})`, async () => {
  // Every fifth cannot pay, and gives a piece back that another may then have.
  const buyers = await each(Array.from({ length: buyersCount }), async (_, index) => ({
    userId: await userWith(index % 5 === 4 ? price - 1 : price),
    key: newId('evt'),
    isPatient: index % 25 !== 0,
  }))
  const item = await makeItem({ stock, price: { currency: 'COIN', amount: price } })
  const ofItem = () => db.select().from(orders).where(eq(orders.itemId, item.id))
  for (const level of ['error', 'log'] as const) vi.spyOn(console, level).mockReturnValue()
  begin(faultsPercent)
  await each(buyers, (buyer) => persist(faultyEnv(), buyer, item.id))
  end()
  expect(
    points.points
      .filter((point) => point !== 'Wallet.refund')
      .filter((point) => !points.hit.has(point)),
  ).toEqual([])

  // Whoever left a purchase half done does not come back: the next run of the sweep ends it, within a minute.
  const left = (await ofItem()).filter(({ status }) => status === 'pending')
  expect(left.length).toBeLessThanOrEqual(100)
  expect(await sweep(bindings)).toBe(left.length)
  const ended = await ofItem()
  expect(ended.filter(({ status }) => status !== 'paid' && status !== 'refused')).toEqual([])
  expect(ended.filter(({ status }) => status === 'paid').length).toBeLessThanOrEqual(stock)

  // Those whom a poor buyer kept from a piece come again, until nothing is left.
  const again = buyers.map((buyer) => ({ ...buyer, isPatient: true }))
  await each(again, (buyer) => persist(bindings, buyer, item.id))
  const paid = (await ofItem()).filter(({ status }) => status === 'paid')
  expect(paid).toHaveLength(stock)
  expect(await stockOf(item)).toBe(0)
  const charged = (await each(buyers, ({ userId }) => charges(userId))).flat()
  expect(charged.toSorted()).toEqual(paid.map(({ id }) => id).toSorted())
  await drainOutbox(db, bindings.EVENTS_APPENDS)
  const announced = await eventsOf('shop.order.paid')
  expect(paid.map(({ id }) => announced.get(id)?.length)).toEqual(paid.map(() => 1))
  expect(announced.size).toBe(stock)
  const pieces = await each(buyers, async ({ userId }) => (await owned(userId))[item.id] ?? 0)
  expect(sum(pieces)).toBe(stock)
  expect(Math.max(...pieces)).toBe(1)
  const money = await each(buyers, ({ userId }) => available(userId))
  expect(sum(money)).toBe(400 * price + 100 * (price - 1) - stock * price)
}, 600_000)
