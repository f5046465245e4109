import { exports } from 'cloudflare:workers'
import { newId } from '@coinop/shared/ids'
import { amountMax, balanceMax } from '@coinop/shared/money'
import {
  anonymous,
  call,
  member,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
  testProject,
} from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { refund } from '../refunds.ts'
import type { ShopRoles } from '../rpc.ts'
import { sweep } from '../sweep.ts'
import {
  available,
  bindings,
  buy,
  type EventLog,
  makeCurrency,
  makeItem,
  neighbour,
  owned,
  stockOf,
  uniqueKey,
  userWith,
} from '../test-shop.ts'
import { inventoryGive } from './inventory.give.ts'
import { inventoryUse } from './inventory.use.ts'
import { ordersGet } from './orders.get.ts'
import { ordersRefund } from './orders.refund.ts'

beforeAll(() => makeCurrency())

const { ShopRoles: roles } = exports as unknown as { ShopRoles: Service<typeof ShopRoles> }
const role = '1180000000000000001'
const giveBack = (orderId: string, headers: Record<string, string> = uniqueKey()) =>
  call(ordersRefund, { params: { orderId }, headers })
const orderNow = async (orderId: string) => (await call(ordersGet, { params: { orderId } })).body
const server = () => ({ ...secretKeyWith('shop:write'), projectId: testProject })

async function bought(given: Parameters<typeof makeItem>[0] = {}, quantity = 3) {
  const [ada, item] = [await userWith(100), await makeItem({ stock: 5, ...given })]
  const { body: order } = await buy(ada, { itemId: item.id, quantity })
  return { ada, item, order }
}

/** The environment, in which the wallet gives charges back like this. */
function refundingBy(refundCharge: ShopEnv['WALLET_CHARGES']['refund']) {
  const replaced = { refund: refundCharge } as unknown as ShopEnv['WALLET_CHARGES']
  return { ...bindings, WALLET_CHARGES: replaced }
}

/** Deposits until nothing more fits, 100 at a time. */
async function fill(userId: string) {
  const path = `/v1/wallets/${userId}/batch`
  const deposits = (count: number, amount: number) => ({
    operations: Array.from({ length: count }, () => ({
      operation: 'deposit',
      currency: 'COIN',
      amount,
      reason: 'test money',
    })),
  })
  const fits = Math.floor((balanceMax - 100) / amountMax)
  for (let left = fits; left > 0; left -= 100) {
    const json = deposits(Math.min(left, 100), amountMax)
    await neighbour(bindings.GATEWAY_TO_WALLET, path, { json })
  }
  const rest = balanceMax - (await available(userId))
  await neighbour(bindings.GATEWAY_TO_WALLET, path, { json: deposits(1, rest) })
}

describe('orders.refund', () => {
  test('200 with the refunded order: money, stock and inventory are as before', async () => {
    const { ada, item, order } = await bought()
    expect([await available(ada), await stockOf(item)]).toEqual([70, 2])
    const { status, body } = await giveBack(order.id)
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { ...order, status: 'refunded', refundedAt: expect.any(String) },
    })
    expect([await available(ada), await stockOf(item), await owned(ada)]).toEqual([100, 5, {}])
  })

  test('200 for one refund, when it is asked for 20 times at once and again under other keys', async () => {
    const { ada, item, order } = await bought()
    const headers = uniqueKey()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        giveBack(order.id, index % 2 === 0 ? headers : uniqueKey()),
      ),
    )
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.status}`))).toEqual(
      new Set(['200 refunded']),
    )
    const again = await giveBack(order.id)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect([await available(ada), await stockOf(item), await owned(ada)]).toEqual([100, 5, {}])
    await sweep(bindings)
    const path = '/v1/events?limit=100&type=shop.order.refunded'
    const { data } = await neighbour<EventLog>(bindings.GATEWAY_TO_EVENTS, path)
    expect(data.filter(({ subject }) => subject === order.id)).toHaveLength(1)
  })

  test('200 frees what the limit per user allows', async () => {
    const { ada, item, order } = await bought({ limitPerUser: 3 })
    expect((await buy(ada, { itemId: item.id })).body.code).toBe('user_limit_exceeded')
    await giveBack(order.id)
    expect(await buy(ada, { itemId: item.id, quantity: 3 })).toMatchObject({ status: 201 })
  })

  test('200 for a bundle: its parts come back, if all of them are there', async () => {
    const part = await makeItem()
    const bundle = { contents: [{ itemId: part.id, quantity: 2 }] }
    const { ada, order } = await bought(bundle, 2)
    expect(await owned(ada)).toEqual({ [part.id]: 4 })
    expect(await giveBack(order.id)).toMatchObject({ status: 200 })
    expect(await owned(ada)).toEqual({})
  })

  test('409 pieces_missing when one was used or given away; nothing moves', async () => {
    const { ada, item, order } = await bought({ onUse: [] })
    const json = { itemId: item.id, userId: ada }
    const grace = await userWith(0)
    const gift = { ...json, to: grace }
    const leave = [
      () => call(inventoryUse, { headers: uniqueKey(), json }),
      () => call(inventoryGive, { headers: uniqueKey(), json: gift }),
    ]
    for (const [index, go] of leave.entries()) {
      expect(await go()).toMatchObject({ status: 201 })
      expect(await giveBack(order.id)).toMatchObject({
        status: 409,
        body: { code: 'pieces_missing' },
      })
      expect(await owned(ada)).toEqual({ [item.id]: 2 - index })
    }
    expect([await available(ada), await stockOf(item)]).toEqual([70, 2])
    expect(await orderNow(order.id)).toEqual(order)
  })

  test('409 order_not_refundable when the purchase paid out currency', async () => {
    const onPurchase = [{ kind: 'currency' as const, currency: 'COIN', amount: 1 }]
    const { ada, order } = await bought({ onPurchase })
    expect(await giveBack(order.id)).toMatchObject({
      status: 409,
      body: { code: 'order_not_refundable' },
    })
    expect(await available(ada)).toBe(73)
  })

  test('409 order_not_paid for an order that was refused', async () => {
    const [ada, item] = [await userWith(5), await makeItem()]
    await buy(ada, { itemId: item.id })
    const select = 'SELECT id FROM orders WHERE user_id = ?'
    const row = await bindings.SHOP_DB.prepare(select).bind(ada).first<{ id: string }>()
    expect(await giveBack(row!.id)).toMatchObject({ status: 409, body: { code: 'order_not_paid' } })
    expect(await available(ada)).toBe(5)
  })

  test('409 refund_refused when the price would not fit: the order is paid as before', async () => {
    const { ada, item, order } = await bought()
    await fill(ada)
    expect(await giveBack(order.id)).toMatchObject({
      status: 409,
      body: { code: 'refund_refused' },
    })
    expect(await owned(ada)).toEqual({ [item.id]: 3 })
    expect(await orderNow(order.id)).toEqual(order)
  }, 120_000)

  test('the sweep ends a refund whose answer from the wallet was lost: one refund', async () => {
    const { ada, item, order } = await bought()
    const { WALLET_CHARGES } = bindings
    const lossy = refundingBy((async (...given: Parameters<typeof WALLET_CHARGES.refund>) => {
      await WALLET_CHARGES.refund(...given)
      throw new Error('answer lost')
    }) as unknown as typeof WALLET_CHARGES.refund)
    await expect(refund(lossy, server(), order.id)).rejects.toThrow('unavailable')
    expect(await orderNow(order.id)).toMatchObject({ status: 'refunding' })
    expect([await sweep(bindings), await sweep(bindings)]).toEqual([1, 0])
    expect(await orderNow(order.id)).toMatchObject({ status: 'refunded' })
    expect([await available(ada), await stockOf(item), await owned(ada)]).toEqual([100, 5, {}])
  })

  test('a role is revoked, once it was granted or before it is', async () => {
    const onPurchase = [{ kind: 'role' as const, roleId: role }]
    const [first, second] = [await bought({ onPurchase }), await bought({ onPurchase })]
    await roles.confirm(server(), `${first.order.id}/1`, { state: 'done' })
    for (const { order } of [first, second]) await giveBack(order.id)
    expect((await orderNow(first.order.id)).effects).toMatchObject([
      { kind: 'role_grant', state: 'done' },
      { kind: 'role_revoke', state: 'pending', roleId: role },
    ])
    expect((await orderNow(second.order.id)).effects).toMatchObject([
      { kind: 'role_grant', state: 'failed', reason: 'refunded' },
      { kind: 'role_revoke', state: 'pending' },
    ])
    const late = await roles.confirm(server(), `${second.order.id}/1`, { state: 'done' })
    expect(late).toEqual({ ok: false, code: 'effect_closed' })
  })

  test('404 not_found for a missing order and one of another project, alike', async () => {
    const { order } = await bought()
    const caller = { ...secretKeyWith('shop:write'), projectId: otherProject }
    const headers = uniqueKey()
    const answers = [
      await giveBack(newId('ord')),
      await call(ordersRefund, { params: { orderId: order.id }, headers, caller }),
    ]
    for (const { body } of answers) delete body.requestId
    expect(answers[0]).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect(answers[1]?.body).toEqual(answers[0]?.body)
  })

  test('400 idempotency_key_required without a key; 401 and 403: only who may hand money out', async () => {
    const { ada, order } = await bought()
    expect(await giveBack(order.id, {})).toMatchObject({
      status: 400,
      body: { code: 'idempotency_key_required' },
    })
    const as = (caller: object) =>
      call(ordersRefund, { params: { orderId: order.id }, headers: uniqueKey(), caller })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    const strangers = [player(ada), publishableKey(), secretKeyWith('shop:read'), member('viewer')]
    for (const caller of strangers) expect(await as(caller)).toMatchObject({ status: 403 })
    expect(await available(ada)).toBe(70)
  })
})
