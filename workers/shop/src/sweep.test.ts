import { exports } from 'cloudflare:workers'
import { now } from '@coinop/shared/clock'
import type { WalletCharges } from '@coinop/wallet/rpc'
import { call, player, testProject } from '@coinop/shared/testing'
import { drizzle } from 'drizzle-orm/d1'
import { beforeAll, describe, expect, test } from 'vitest'
import { reserve } from './orders.ts'
import { chargeOf } from './purchase.ts'
import { termsOf } from './purchase-rules.ts'
import { inventoryList } from './routes/inventory.list.ts'
import { itemsUpdate } from './routes/items.update.ts'
import { ordersGet } from './routes/orders.get.ts'
import type { OrderRow } from './schema.ts'
import { pendingOrders, sweep } from './sweep.ts'
import {
  age,
  available,
  bindings,
  type EventLog,
  charges,
  makeCurrency,
  makeItem,
  neighbour,
  stockOf,
  userWith,
} from './test-shop.ts'

beforeAll(() => makeCurrency())

/** A buyer of whom nothing is known, and of whom nothing is asked. */
const stranger = { at: now(), bought: 0, owned: new Map(), balances: new Map(), facts: {} }

type Scheduled = { scheduled(event: { cron: string }): Promise<unknown> }

/** What a crash after the first step leaves behind. */
async function abandoned(userId: string, itemId: string): Promise<OrderRow> {
  const asked = { quantity: 2, currency: undefined, expectedPrice: null }
  const key = crypto.randomUUID()
  const reservation = { ...asked, projectId: testProject, userId, itemId, key, requestHash: '' }
  const reserved = await reserve(drizzle(bindings.SHOP_DB), reservation, async (product) =>
    termsOf(product, asked, stranger),
  )
  if (!reserved.ok) throw new Error(reserved.code)
  return reserved.value.order
}

/** The real bindings, which count what is asked of other Workers, and of the database. */
function countingEnv() {
  const count = { rpc: 0, database: 0 }
  const counting = <T extends object>(service: T, name: keyof typeof count): T =>
    new Proxy(service, {
      get:
        (target, method) =>
        (...input: unknown[]) => {
          count[name] += 1
          return (target as Record<string | symbol, (...given: unknown[]) => unknown>)[method]!(
            ...input,
          )
        },
    })
  const env = {
    ...bindings,
    WALLET_CHARGES: counting(bindings.WALLET_CHARGES, 'rpc'),
    WALLET_REWARDS: counting(bindings.WALLET_REWARDS, 'rpc'),
    EVENTS_APPENDS: counting(bindings.EVENTS_APPENDS, 'rpc'),
    AUTH_AUDIT: counting(bindings.AUTH_AUDIT, 'rpc'),
  }
  const batch: D1Database['batch'] = (statements) => {
    count.database += 1
    return bindings.SHOP_DB.batch(statements)
  }
  const prepare = (query: string) => bindings.SHOP_DB.prepare(query)
  return { count, env: { ...env, SHOP_DB: { batch, prepare } as unknown as D1Database } }
}

const orderOf = async ({ id }: OrderRow) =>
  (await call(ordersGet, { params: { orderId: id } })).body

describe('sweep', () => {
  test('finishes an order whose charge went through: one charge, one grant', async () => {
    const [ada, item] = [await userWith(100), await makeItem({ stock: 5 })]
    const order = await abandoned(ada, item.id)
    const charged = await bindings.WALLET_CHARGES.charge(player(ada), chargeOf(order))
    expect(charged.ok).toBe(true)
    expect(await sweep(bindings)).toBe(1)
    expect(await orderOf(order)).toMatchObject({ status: 'paid', quantity: 2, totalPrice: 20 })
    expect([await available(ada), await stockOf(item)]).toEqual([80, 3])
    expect(await charges(ada)).toEqual([order.id])
    const owned = await call(inventoryList, { query: { userId: ada } })
    expect(owned.body.data).toMatchObject([{ item: { id: item.id }, quantity: 2 }])
  })

  test('charges and finishes an order that was never charged', async () => {
    const [ada, item] = [await userWith(100), await makeItem({ stock: 5 })]
    const order = await abandoned(ada, item.id)
    expect(await sweep(bindings)).toBe(1)
    expect(await orderOf(order)).toMatchObject({ status: 'paid' })
    expect(await available(ada)).toBe(80)
  })

  test('undoes an order that cannot be paid: the stock comes back once', async () => {
    const [ada, item] = [await userWith(5), await makeItem({ stock: 5 })]
    const order = await abandoned(ada, item.id)
    expect(await stockOf(item)).toBe(3)
    expect(await sweep(bindings)).toBe(1)
    expect(await sweep(bindings)).toBe(0)
    expect(await orderOf(order)).toMatchObject({ status: 'refused', refusal: 'insufficient_funds' })
    expect([await available(ada), await stockOf(item)]).toEqual([5, 5])
  })

  test('gives back only what was taken: stock that was unlimited then gets nothing', async () => {
    const [ada, item] = [await userWith(5), await makeItem()]
    await abandoned(ada, item.id)
    await call(itemsUpdate, { params: { itemId: item.id }, json: { stock: 7 } })
    expect(await sweep(bindings)).toBe(1)
    expect(await stockOf(item)).toBe(7)
  })

  test('ends an order however young it is: none is pending for longer than the minute between two sweeps', async () => {
    const [ada, item] = [await userWith(100), await makeItem({ stock: 5 })]
    const order = await abandoned(ada, item.id)
    expect(await orderOf(order)).toMatchObject({ status: 'pending', purchasedAt: null })
    expect(await sweep(bindings)).toBe(1)
    expect(await orderOf(order)).toMatchObject({ status: 'paid' })
  })

  test('ends an order once when several sweeps run at the same time', async () => {
    const [ada, item] = [await userWith(100), await makeItem({ stock: 5 })]
    const order = await abandoned(ada, item.id)
    await Promise.all([sweep(bindings), sweep(bindings), sweep(bindings)])
    expect(await orderOf(order)).toMatchObject({ status: 'paid' })
    expect([await available(ada), await stockOf(item)]).toEqual([80, 3])
    const owned = await call(inventoryList, { query: { userId: ada } })
    expect(owned.body.data).toMatchObject([{ quantity: 2 }])
  })

  test('goes on to the next order when one cannot be ended just now', async () => {
    const [ada, item] = [await userWith(100), await makeItem({ stock: 5 })]
    const [stuck, next] = [await abandoned(ada, item.id), await abandoned(ada, item.id)]
    await age(stuck.id)
    const chargeEach: WalletCharges['chargeEach'] = async (asked) => {
      const answers = await bindings.WALLET_CHARGES.chargeEach(asked)
      const silent = { ok: false as const, message: 'no answer' }
      return answers.map((answer, index) =>
        asked[index]?.input.reference === stuck.id ? silent : answer,
      )
    }
    const env = {
      ...bindings,
      WALLET_CHARGES: { chargeEach } as unknown as ShopEnv['WALLET_CHARGES'],
    }
    expect(await sweep(env)).toBe(1)
    expect(await orderOf(stuck)).toMatchObject({ status: 'pending' })
    expect(await orderOf(next)).toMatchObject({ status: 'paid' })
    expect(await sweep(bindings)).toBe(1)
  })

  test('ends 100 orders of 100 buyers in one run, within what a run may ask of other Workers', async () => {
    const item = await makeItem({ stock: 90 * 2 })
    const buyers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => userWith(index % 10 === 9 ? 5 : 100)),
    )
    const made: OrderRow[] = []
    for (const userId of buyers.slice(0, 90)) made.push(await abandoned(userId, item.id))
    // The last ten are of another item, whose stock has no end.
    const other = await makeItem()
    for (const userId of buyers.slice(90)) made.push(await abandoned(userId, other.id))
    const { env, count } = countingEnv()
    expect(await sweep(env)).toBe(100)
    expect(count.rpc).toBeLessThanOrEqual(8)
    expect(count.database).toBeLessThanOrEqual(30)
    const ended = await Promise.all(made.map(orderOf))
    expect(ended.filter(({ status }) => status === 'paid')).toHaveLength(90)
    expect(ended.filter(({ refusal }) => refusal === 'insufficient_funds')).toHaveLength(10)
    expect(await stockOf(item)).toBe(9 * 2)
    const charged = (await Promise.all(buyers.map(charges))).flat()
    const paid = ended.filter(({ status }) => status === 'paid').map(({ id }) => id as string)
    expect(charged.toSorted()).toEqual(paid.toSorted())
    expect(await sweep(bindings)).toBe(0)
  }, 60_000)

  test('runs every minute by cron, ends what is pending and announces it', async () => {
    const [ada, item] = [await userWith(100), await makeItem({ stock: 5 })]
    const order = await abandoned(ada, item.id)
    const worker = (exports as unknown as { default: Scheduled }).default
    await worker.scheduled({ cron: '* * * * *' })
    expect(await orderOf(order)).toMatchObject({ status: 'paid' })
    const path = '/v1/events?limit=100&type=shop.order.paid'
    const { data } = await neighbour<EventLog>(bindings.GATEWAY_TO_EVENTS, path)
    const announced = data.filter(({ subject }) => subject === order.id)
    expect(announced).toHaveLength(1)
  })

  test('reads no more rows however many orders have ended', async () => {
    const [ada, item] = [await userWith(1_000), await makeItem()]
    for (let time = 0; time < 20; time++) await abandoned(ada, item.id)
    expect([await sweep(bindings), await sweep(bindings)]).toEqual([20, 0])
    const query = pendingOrders(drizzle(bindings.SHOP_DB)).toSQL()
    const { meta } = await bindings.SHOP_DB.prepare(query.sql)
      .bind(...query.params)
      .run()
    expect(meta.rows_read).toBeLessThanOrEqual(1)
  })
})
