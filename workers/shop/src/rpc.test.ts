import { exports } from 'cloudflare:workers'
import { newId } from '@coinop/shared/ids'
import { otherProject, player } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ShopPurchases } from './rpc.ts'
import { available, buy, makeCurrency, makeItem, stockOf, userWith } from './test-shop.ts'

const { ShopPurchases: shop } = exports as unknown as {
  ShopPurchases: Service<typeof ShopPurchases>
}
const strangers = () => ({ ...player(newId('usr')), projectId: otherProject })

beforeAll(() => makeCurrency())

describe('ShopPurchases.items', () => {
  test('active items of the project, oldest first, as many as asked for', async () => {
    const [first, second] = [await makeItem({ name: 'first' }), await makeItem({ name: 'second' })]
    await makeItem({ name: 'hidden', isActive: false })
    const names = (await shop.items(player('usr_1'), 100)).map(({ name }) => name)
    expect(names.toSorted()).toEqual(['first', 'second'])
    const ids = [first.id, second.id].toSorted()
    expect(await shop.items(player('usr_1'), 1)).toMatchObject([{ id: ids[0] }])
    expect(await shop.items(strangers(), 100)).toEqual([])
  })
})

describe('ShopPurchases.findItem', () => {
  test('finds by id and by name in any case, also outside ASCII', async () => {
    const item = await makeItem({ name: 'Élixir Ⅳ' })
    for (const text of [item.id, 'Élixir Ⅳ', ' éLIXIR ⅳ ', 'ÉLIXIR IV']) {
      expect(await shop.findItem(player('usr_1'), text)).toEqual(item)
    }
  })

  test('finds nothing that is missing, inactive or of another project', async () => {
    const item = await makeItem({ name: 'Shield' })
    const hidden = await makeItem({ name: 'Secret', isActive: false })
    for (const text of [newId('itm'), '', '%', 'Shiel', 'secret', hidden.id]) {
      expect(await shop.findItem(player('usr_1'), text)).toBeUndefined()
    }
    for (const text of [item.id, 'Shield']) {
      expect(await shop.findItem(strangers(), text)).toBeUndefined()
    }
  })
})

describe('ShopPurchases.purchase', () => {
  test('buys once per key, the same key that the route would use', async () => {
    const [ada, item] = [await userWith(100), await makeItem({ stock: 5 })]
    const wanted = { userId: ada, itemId: item.id, quantity: 2, key: '1234567890' }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => shop.purchase(player(ada), wanted)),
    )
    const orders = answers.map((answer) => (answer.ok ? answer.value.order : answer.code))
    expect(new Set(orders.map((order) => JSON.stringify(order))).size).toBe(1)
    const first = answers.filter((answer) => answer.ok && !answer.value.replayed)
    expect(first).toMatchObject([{ value: { order: { status: 'paid', totalPrice: 20 } } }])
    const json = { itemId: item.id, quantity: 2 }
    const { body } = await buy(ada, json, { 'idempotency-key': wanted.key })
    expect(body).toEqual(orders[0])
    expect([await available(ada), await stockOf(item)]).toEqual([80, 3])
  })

  test('refusals are values, and stay the same', async () => {
    const [ada, item] = [await userWith(5), await makeItem({ stock: 5 })]
    const wanted = { userId: ada, itemId: item.id, quantity: 1, key: 'poor' }
    for (let time = 0; time < 2; time++) {
      const answer = await shop.purchase(player(ada), wanted)
      expect(answer).toEqual({ ok: false, code: 'insufficient_funds' })
    }
    const refusals = [
      ['out_of_stock', { ...wanted, key: 'many', quantity: 6 }],
      ['item_not_found', { ...wanted, key: 'none', itemId: newId('itm') }],
      ['idempotency_conflict', { ...wanted, quantity: 2 }],
    ] as const
    for (const [code, order] of refusals) {
      expect(await shop.purchase(player(ada), order)).toEqual({ ok: false, code })
    }
    expect([await available(ada), await stockOf(item)]).toEqual([5, 5])
  })
})
