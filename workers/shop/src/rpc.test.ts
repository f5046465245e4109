import { exports } from 'cloudflare:workers'
import { newId } from '@coinop/shared/ids'
import { otherProject, player, testProject } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ShopPurchases, ShopRoles } from './rpc.ts'
import { sweep } from './sweep.ts'
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
  userWith,
} from './test-shop.ts'

const { ShopPurchases: shop, ShopRoles: roles } = exports as unknown as {
  ShopPurchases: Service<typeof ShopPurchases>
  ShopRoles: Service<typeof ShopRoles>
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

describe('ShopPurchases.purchase with prices and facts', () => {
  test('the list of prices is with the item; the facts of the caller count', async () => {
    const ada = await userWith(100)
    const all = [{ kind: 'role' as const, roleId }]
    const otherPrices = [{ currency: 'GEM', amount: 3 }]
    const item = await makeItem({ otherPrices, requirements: { all, any: [], none: [] } })
    const found = await shop.findItem(player(ada), item.id)
    expect(found).toMatchObject({ price: { currency: 'COIN', amount: 10 }, otherPrices })
    const wanted = { userId: ada, itemId: item.id, quantity: 1, key: 'role' }
    const without = await shop.purchase(player(ada), wanted)
    expect(without).toEqual({ ok: false, code: 'requirements_not_met' })
    const facts = { roleIds: [roleId] }
    expect(await shop.purchase(player(ada), { ...wanted, facts })).toMatchObject({ ok: true })
  })
})

const roleId = '1180000000000000001'

describe('ShopPurchases.inventory, findOwned, use, give', () => {
  test('shows, finds by name, uses and gives what a player owns, once per key', async () => {
    const [ada, grace] = [await userWith(100), await userWith(0)]
    const name = `Potion ${crypto.randomUUID()}`
    const item = await makeItem({ name, onUse: [] })
    await buy(ada, { itemId: item.id, quantity: 3 })
    const line = { item: { id: item.id, name }, quantity: 3, held: 0, isUsable: true }
    expect(await shop.inventory(player(ada), { userId: ada, limit: 25 })).toEqual([line])
    const next = { userId: ada, after: item.id, limit: 25 }
    expect(await shop.inventory(player(ada), next)).toEqual([])
    const asked = { userId: ada, text: ` ${name.toUpperCase()}` }
    expect(await shop.findOwned(player(ada), asked)).toEqual(line)
    expect(await shop.findOwned(player(grace), { userId: grace, text: name })).toBeUndefined()
    const one = { userId: ada, itemId: item.id, quantity: 1 }
    for (const replayed of [false, true]) {
      const used = await shop.use(player(ada), { ...one, key: 'use' })
      expect(used).toMatchObject({ ok: true, value: { replayed, use: { quantity: 1 } } })
      const given = await shop.give(player(ada), { ...one, key: 'give', to: grace })
      expect(given).toMatchObject({ ok: true, value: { replayed, gift: { to: grace } } })
    }
    expect([await owned(ada), await owned(grace)]).toEqual([{ [item.id]: 1 }, { [item.id]: 1 }])
    const many = { ...one, quantity: 2, key: 'many' }
    expect(await shop.use(player(ada), many)).toEqual({ ok: false, code: 'pieces_missing' })
    expect(await shop.use(strangers(), many)).toEqual({ ok: false, code: 'item_not_found' })
  })
})

describe('ShopRoles', () => {
  async function soldRole() {
    const ada = await userWith(100)
    const item = await makeItem({ onPurchase: [{ kind: 'role', roleId }] })
    const { body } = await buy(ada, { itemId: item.id })
    return { ada, orderId: body.id as string, id: `${body.id}/1` }
  }
  const pendingOf = async (userId: string) =>
    (await roles.pending(100)).filter((each) => each.userId === userId)
  const server = () => player('usr_1')

  test('lists what is to be granted until it is confirmed, once, and announces it once', async () => {
    const { ada, id } = await soldRole()
    const projectId = testProject
    expect(await pendingOf(ada)).toEqual([
      { id, kind: 'role_grant', projectId, userId: ada, roleId },
    ])
    const confirmed = await Promise.all(
      Array.from({ length: 5 }, () => roles.confirm(server(), id, { state: 'done' })),
    )
    for (const answer of confirmed) expect(answer).toMatchObject({ value: { state: 'done' } })
    expect(await pendingOf(ada)).toEqual([])
    await sweep(bindings)
    const path = '/v1/events?limit=100&type=shop.role.granted'
    const { data } = await neighbour<EventLog>(bindings.GATEWAY_TO_EVENTS, path)
    expect(data.filter(({ subject }) => subject === id)).toMatchObject([
      { data: { userId: ada, roleId } },
    ])
  })

  test('says why a role could not be granted, and takes no other outcome afterwards', async () => {
    const { ada, id } = await soldRole()
    const failed = { state: 'failed' as const, reason: 'The bot may not give this role.' }
    expect(await roles.confirm(server(), id, failed)).toMatchObject({ ok: true, value: failed })
    expect(await pendingOf(ada)).toEqual([])
    const closed = { ok: false, code: 'effect_closed' }
    expect(await roles.confirm(server(), id, { state: 'done' })).toEqual(closed)
  })

  test('knows no effect that is missing, of another project, or a payment', async () => {
    const { id, orderId } = await soldRole()
    const unknown = { ok: false, code: 'effect_not_found' }
    const done = { state: 'done' as const }
    expect(await roles.confirm(strangers(), id, done)).toEqual(unknown)
    for (const wrong of [`${orderId}/2`, orderId, '', '/', `${orderId}/x`]) {
      expect(await roles.confirm(server(), wrong, done)).toEqual(unknown)
    }
    const onPurchase = [{ kind: 'currency' as const, currency: 'NONE', amount: 1 }]
    const item = await makeItem({ onPurchase })
    const { body } = await buy(await userWith(100), { itemId: item.id })
    expect(await roles.confirm(server(), `${body.id}/1`, done)).toEqual(unknown)
  })
})
