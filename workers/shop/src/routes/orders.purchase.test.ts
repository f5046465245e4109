import { newId } from '@coinop/shared/ids'
import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { sweep } from '../sweep.ts'
import {
  available,
  bindings,
  type EventLog,
  buy,
  charges,
  makeCurrency,
  makeItem,
  neighbour,
  newUser,
  stockOf,
  uniqueKey,
  userWith,
} from '../test-shop.ts'
import { inventoryList } from './inventory.list.ts'
import { itemsUpdate } from './items.update.ts'
import { ordersList } from './orders.list.ts'
import { ordersPurchase } from './orders.purchase.ts'

beforeAll(() => makeCurrency())

const owned = async (userId: string): Promise<number> =>
  (await call(inventoryList, { query: { userId } })).body.data[0]?.quantity ?? 0

describe('orders.purchase', () => {
  test('201 with the paid order: money, stock and inventory have changed', async () => {
    const [ada, item] = [await userWith(100), await makeItem({ stock: 5 })]
    const { status, body } = await buy(ada, { itemId: item.id, quantity: 3, expectedPrice: 10 })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      userId: ada,
      item: { id: item.id, name: 'Iron sword', version: 1 },
      quantity: 3,
      unitPrice: 10,
      totalPrice: 30,
      currency: 'COIN',
      status: 'paid',
      refusal: null,
    })
    expect([await available(ada), await stockOf(item), await owned(ada)]).toEqual([70, 2, 3])
    expect(await charges(ada)).toEqual([body.id])
  })

  test('201 for one piece of unlimited stock, again and again: the inventory adds up', async () => {
    const [ada, item] = [await userWith(100), await makeItem()]
    for (let time = 0; time < 3; time++) await buy(ada, { itemId: item.id })
    expect([await available(ada), await stockOf(item), await owned(ada)]).toEqual([70, null, 3])
  })

  test('201 for a secret key that names the buyer; a key of the buyer is another key', async () => {
    const [ada, item] = [await userWith(100), await makeItem()]
    const headers = uniqueKey()
    const json = { userId: ada, itemId: item.id }
    const first = await call(ordersPurchase, { headers, json })
    expect(first).toMatchObject({ status: 201, body: { userId: ada } })
    expect((await call(ordersPurchase, { headers, json })).body).toEqual(first.body)
    expect(await available(ada)).toBe(90)
    const own = await buy(ada, { itemId: item.id }, headers)
    expect(own.body.id).not.toBe(first.body.id)
    expect(await available(ada)).toBe(80)
  })

  test('201 keeps what was bought when the item changes afterwards', async () => {
    const [ada, item] = [await userWith(100), await makeItem()]
    const headers = uniqueKey()
    const first = await buy(ada, { itemId: item.id }, headers)
    const json = { name: 'Steel sword', price: { currency: 'COIN', amount: 50 }, isActive: false }
    await call(itemsUpdate, { params: { itemId: item.id }, json })
    const replay = await buy(ada, { itemId: item.id }, headers)
    expect(replay).toMatchObject({ status: 201, body: first.body })
    expect(replay.headers.get('idempotency-replayed')).toBe('true')
    expect(first.headers.has('idempotency-replayed')).toBe(false)
  })

  test('201 with equal bodies and one effect when a key comes 20 times at once', async () => {
    const [ada, item] = [await userWith(100), await makeItem({ stock: 5 })]
    const headers = uniqueKey()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => buy(ada, { itemId: item.id, quantity: 2 }, headers)),
    )
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201))
    const first = answers.filter(({ headers }) => !headers.has('idempotency-replayed'))
    expect(first).toHaveLength(1)
    expect([await available(ada), await stockOf(item), await owned(ada)]).toEqual([80, 3, 2])
    expect(await charges(ada)).toHaveLength(1)
    expect((await call(ordersList, { caller: player(ada) })).body.data).toHaveLength(1)
  })

  test('409 insufficient_funds 20 times at once under one key: the stock comes back once', async () => {
    const [ada, item] = [await userWith(5), await makeItem({ stock: 5 })]
    const headers = uniqueKey()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => buy(ada, { itemId: item.id, quantity: 2 }, headers)),
    )
    const codes = answers.map(({ status, body }) => `${status} ${body.code}`)
    expect(new Set(codes)).toEqual(new Set(['409 insufficient_funds']))
    const first = answers.filter(({ headers }) => !headers.has('idempotency-replayed'))
    expect(first).toHaveLength(1)
    expect([await available(ada), await stockOf(item), await owned(ada)]).toEqual([5, 5, 0])
  })

  test('409 insufficient_funds stays under its key when there is money; a new key buys', async () => {
    const [ada, item] = [await userWith(9), await makeItem({ stock: 1 })]
    const headers = uniqueKey()
    const refused = { status: 409, body: { code: 'insufficient_funds' } }
    expect(await buy(ada, { itemId: item.id }, headers)).toMatchObject(refused)
    const json = { currency: 'COIN', amount: 1, reason: 'found on the street' }
    await neighbour(bindings.GATEWAY_TO_WALLET, `/v1/wallets/${ada}/deposit`, { json })
    expect(await buy(ada, { itemId: item.id }, headers)).toMatchObject(refused)
    expect([await available(ada), await stockOf(item)]).toEqual([10, 1])
    const [order] = (await call(ordersList, { caller: player(ada) })).body.data
    expect(order).toMatchObject({ status: 'refused', refusal: 'insufficient_funds' })
    expect(await buy(ada, { itemId: item.id })).toMatchObject({ status: 201 })
  })

  test('exactly ten of 100 parallel purchases by 25 players when ten are in stock', async () => {
    const players = await Promise.all(Array.from({ length: 25 }, () => userWith(1_000)))
    const item = await makeItem({ stock: 10 })
    const buyers = Array.from({ length: 100 }, (_, index) => players[index % 25] ?? '')
    const answers = await Promise.all(buyers.map((userId) => buy(userId, { itemId: item.id })))
    const paid = answers.filter(({ status }) => status === 201)
    expect(paid).toHaveLength(10)
    expect(answers.filter(({ body }) => body.code === 'out_of_stock')).toHaveLength(90)
    expect(await stockOf(item)).toBe(0)
    const states = await Promise.all(
      players.map(async (id) => [await available(id), (await charges(id)).length, await owned(id)]),
    )
    const sums = [0, 1, 2].map((index) =>
      states.reduce((sum, state) => sum + (state[index] ?? 0), 0),
    )
    expect(sums).toEqual([25_000 - 10 * 10, 10, 10])
    const charged = (await Promise.all(players.map(charges))).flat()
    expect(charged.toSorted()).toEqual(paid.map(({ body }) => body.id as string).toSorted())
  })

  test('409 out_of_stock, item_unavailable, price_changed, total_limit_exceeded; nothing moves', async () => {
    const ada = await userWith(100)
    const [scarce, hidden] = [await makeItem({ stock: 2 }), await makeItem({ isActive: false })]
    const dear = await makeItem({ price: { currency: 'COIN', amount: 1e12 / 1_000 + 1 } })
    const refusals = {
      out_of_stock: { itemId: scarce.id, quantity: 3 },
      item_unavailable: { itemId: hidden.id },
      price_changed: { itemId: scarce.id, expectedPrice: 9 },
      total_limit_exceeded: { itemId: dear.id, quantity: 1_000 },
    }
    for (const [code, json] of Object.entries(refusals)) {
      expect(await buy(ada, json)).toMatchObject({ status: 409, body: { code } })
    }
    expect([await available(ada), await stockOf(scarce)]).toEqual([100, 2])
    expect((await call(ordersList, { caller: player(ada) })).body.data).toEqual([])
  })

  test('409 not_on_sale, currency_not_accepted, user_limit_exceeded, requirements_not_met; nothing moves', async () => {
    const ada = await userWith(100)
    const club = { all: [{ kind: 'level' as const, level: 2 }], any: [], none: [] }
    const refusals = {
      not_on_sale: [{ saleStartsAt: '2999-01-01T00:00:00.000Z' }, {}],
      currency_not_accepted: [{}, { currency: 'GEM' }],
      user_limit_exceeded: [{ limitPerUser: 1 }, { quantity: 2 }],
      requirements_not_met: [{ requirements: club }, {}],
    }
    for (const [code, [given, json]] of Object.entries(refusals)) {
      const item = await makeItem({ stock: 5, ...given })
      expect(await buy(ada, { itemId: item.id, ...json })).toMatchObject({
        status: 409,
        body: { code },
      })
      expect(await stockOf(item)).toBe(5)
    }
    expect(await available(ada)).toBe(100)
  })

  test('409 out_of_stock leaves the key free: the same request buys after a restock', async () => {
    const [ada, item] = [await userWith(100), await makeItem({ stock: 0 })]
    const headers = uniqueKey()
    expect(await buy(ada, { itemId: item.id }, headers)).toMatchObject({ status: 409 })
    await call(itemsUpdate, { params: { itemId: item.id }, json: { stock: 1 } })
    expect(await buy(ada, { itemId: item.id }, headers)).toMatchObject({ status: 201 })
  })

  test('409 idempotency_conflict for another item, quantity or price; not for another buyer', async () => {
    const [ada, grace] = [await userWith(100), await userWith(100)]
    const [item, other] = [await makeItem({ stock: 9 }), await makeItem({ stock: 9 })]
    const headers = uniqueKey()
    await buy(ada, { itemId: item.id }, headers)
    for (const json of [
      { itemId: other.id },
      { itemId: item.id, quantity: 2 },
      { itemId: item.id, expectedPrice: 10 },
    ]) {
      const answer = await buy(ada, json, headers)
      expect(answer).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
    }
    expect([await available(ada), await stockOf(item), await stockOf(other)]).toEqual([90, 8, 9])
    expect(await buy(grace, { itemId: other.id }, headers)).toMatchObject({ status: 201 })
  })

  test('404 item_not_found for a missing item and one of another project, alike', async () => {
    const [ada, item] = [await userWith(100), await makeItem()]
    const missing = await buy(ada, { itemId: newId('itm') })
    const caller = { ...player(ada), projectId: otherProject }
    const json = { itemId: item.id }
    const foreign = await call(ordersPurchase, { caller, headers: uniqueKey(), json })
    for (const { body } of [missing, foreign]) delete body.requestId
    expect(missing).toMatchObject({ status: 404, body: { code: 'item_not_found' } })
    expect(foreign.body).toEqual(missing.body)
  })

  test('404 buyer_not_found, currency_not_found: the stock comes back', async () => {
    const item = await makeItem({ stock: 1 })
    const json = { itemId: item.id, userId: newId('usr') }
    expect(await call(ordersPurchase, { headers: uniqueKey(), json })).toMatchObject({
      status: 404,
      body: { code: 'buyer_not_found' },
    })
    const exotic = await makeItem({ price: { currency: 'GOLD', amount: 1 }, stock: 1 })
    expect(await buy(await newUser(), { itemId: exotic.id })).toMatchObject({
      status: 404,
      body: { code: 'currency_not_found' },
    })
    expect([await stockOf(item), await stockOf(exotic)]).toEqual([1, 1])
  })

  test('each order is announced once, also when its key comes ten times at once', async () => {
    const [ada, item] = [await userWith(15), await makeItem()]
    const tenTimes = (headers: Record<string, string>) =>
      Promise.all(Array.from({ length: 10 }, () => buy(ada, { itemId: item.id }, headers)))
    const [paid] = await tenTimes(uniqueKey())
    await tenTimes(uniqueKey())
    // What the requests have not yet sent themselves.
    await sweep(bindings)
    const announced = async (type: string) => {
      const path = `/v1/events?limit=100&type=${type}`
      const { data } = await neighbour<EventLog>(bindings.GATEWAY_TO_EVENTS, path)
      return data.filter((event) => event.data['userId'] === ada)
    }
    const facts = { userId: ada, itemId: item.id, quantity: 1, unitPrice: 10, currency: 'COIN' }
    const { id } = paid?.body ?? {}
    expect(await announced('shop.order.paid')).toMatchObject([{ subject: id, data: facts }])
    const refused = { ...facts, refusal: 'insufficient_funds' }
    expect(await announced('shop.order.refused')).toMatchObject([{ data: refused }])
  })

  test('400 idempotency_key_required without a key', async () => {
    const [ada, item] = [await userWith(100), await makeItem()]
    expect(await buy(ada, { itemId: item.id }, {})).toMatchObject({
      status: 400,
      body: { code: 'idempotency_key_required' },
    })
  })

  test('401 and 403: a player for themselves, or a secret key with shop:write that names the buyer', async () => {
    const [ada, item] = [await userWith(100), await makeItem()]
    const as = (caller: object, json: object = { itemId: item.id, userId: ada }) =>
      call(ordersPurchase, { caller, headers: uniqueKey(), json })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    for (const caller of [publishableKey(), secretKeyWith('shop:read'), player(newId('usr'))]) {
      expect(await as(caller)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    }
    expect(await as(secretKeyWith('shop:write'), { itemId: item.id })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/body/userId' }] },
    })
    expect(await available(ada)).toBe(100)
  })

  test.each([
    ['/body/itemId', { itemId: 'sword' }],
    ['/body/quantity', { quantity: 0 }],
    ['/body/quantity', { quantity: 1_001 }],
    ['/body/quantity', { quantity: 1.5 }],
    ['/body/quantity', { quantity: '1' }],
    ['/body/expectedPrice', { expectedPrice: 0 }],
    ['/body/expectedPrice', { expectedPrice: null }],
    ['/body/userId', { userId: 'ada' }],
    ['/body/price', { price: 1 }],
  ])('400 invalid_request at %s for %j', async (pointer, change) => {
    const json = { itemId: newId('itm'), ...change }
    expect(await buy(newId('usr'), json)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ pointer }] },
    })
  })
})
