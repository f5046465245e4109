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
import { overdueOrders, sweep } from './sweep.ts'
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

/** What a crash after the first step leaves behind, over a minute ago. */
async function abandoned(userId: string, itemId: string): Promise<OrderRow> {
  const asked = { quantity: 2, currency: undefined, expectedPrice: null }
  const key = crypto.randomUUID()
  const reservation = { ...asked, projectId: testProject, userId, itemId, key, requestHash: '' }
  const reserved = await reserve(drizzle(bindings.SHOP_DB), reservation, async (product) =>
    termsOf(product, asked, stranger),
  )
  if (!reserved.ok) throw new Error(reserved.code)
  await age(reserved.value.order.id)
  return reserved.value.order
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

  test('leaves orders alone that are younger than a minute', async () => {
    const [ada, item] = [await userWith(100), await makeItem({ stock: 5 })]
    const order = await abandoned(ada, item.id)
    await bindings.SHOP_DB.prepare('UPDATE orders SET created_at = created_at + 10000 WHERE id = ?')
      .bind(order.id)
      .run()
    expect(await sweep(bindings)).toBe(0)
    expect(await orderOf(order)).toMatchObject({ status: 'pending', purchasedAt: null })
    await age(order.id)
    expect(await sweep(bindings)).toBe(1)
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
    const charge: WalletCharges['charge'] = async (caller, asked) => {
      if (asked.reference === stuck.id) throw new Error('no answer')
      return bindings.WALLET_CHARGES.charge(caller, asked)
    }
    const env = { ...bindings, WALLET_CHARGES: { charge } as unknown as ShopEnv['WALLET_CHARGES'] }
    expect(await sweep(env)).toBe(1)
    expect(await orderOf(stuck)).toMatchObject({ status: 'pending' })
    expect(await orderOf(next)).toMatchObject({ status: 'paid' })
    expect(await sweep(bindings)).toBe(1)
  })

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
    expect([await sweep(bindings), await sweep(bindings)]).toEqual([10, 10])
    const query = overdueOrders(drizzle(bindings.SHOP_DB)).toSQL()
    const { meta } = await bindings.SHOP_DB.prepare(query.sql)
      .bind(...query.params)
      .run()
    expect(meta.rows_read).toBeLessThanOrEqual(1)
  })
})
