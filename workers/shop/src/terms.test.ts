import { newId } from '@coinop/shared/ids'
import { call, otherProject, player } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { purchase } from './purchase.ts'
import { itemsCreate } from './routes/items.create.ts'
import { itemsUpdate } from './routes/items.update.ts'
import { ordersGet } from './routes/orders.get.ts'
import { ordersPurchase } from './routes/orders.purchase.ts'
import { sweep } from './sweep.ts'
import {
  age,
  available,
  bindings,
  buy,
  makeCurrency,
  makeItem,
  owned,
  stockOf,
  uniqueKey,
  userWith,
} from './test-shop.ts'

const role = '1180000000000000001'

beforeAll(async () => {
  await makeCurrency()
  await makeCurrency('GEM')
})

const buyFor = (userId: string, json: object) =>
  call(ordersPurchase, { headers: uniqueKey(), json: { userId, ...json } })

describe('what a purchase takes', () => {
  test('the price in the currency that the buyer chooses, and no other price than the item’s', async () => {
    const ada = await userWith(100)
    const item = await makeItem({ otherPrices: [{ currency: 'GEM', amount: 1 }] })
    const poor = await buy(ada, { itemId: item.id, currency: 'GEM', expectedPrice: 1 })
    expect(poor).toMatchObject({ status: 409, body: { code: 'insufficient_funds' } })
    const odd = await buy(ada, { itemId: item.id, currency: 'RUBY' })
    expect(odd).toMatchObject({ status: 409, body: { code: 'currency_not_accepted' } })
    for (const price of [{ unitPrice: 1 }, { price: 1 }, { totalPrice: 1 }]) {
      expect(await buy(ada, { itemId: item.id, ...price })).toMatchObject({ status: 400 })
    }
    expect(await available(ada)).toBe(100)
    const bought = await buy(ada, { itemId: item.id, currency: 'COIN' })
    expect(bought).toMatchObject({ status: 201, body: { totalPrice: 10, currency: 'COIN' } })
  })

  test('a time within the sale; outside of it nothing is opened', async () => {
    const ada = await userWith(100)
    const past = {
      saleStartsAt: '2020-01-01T00:00:00.000Z',
      saleEndsAt: '2020-01-02T00:00:00.000Z',
    }
    const item = await makeItem(past)
    expect(await buy(ada, { itemId: item.id })).toMatchObject({ body: { code: 'not_on_sale' } })
    await call(itemsUpdate, { params: { itemId: item.id }, json: { saleEndsAt: null } })
    expect(await buy(ada, { itemId: item.id })).toMatchObject({ status: 201 })
  })

  test('room under the limit per user, also when 20 purchases come at once', async () => {
    const [ada, grace] = [await userWith(1_000), await userWith(1_000)]
    const item = await makeItem({ limitPerUser: 3, stock: 100 })
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => buy(ada, { itemId: item.id })),
    )
    const codes = answers.map(({ status, body }) => body.code ?? status)
    expect(codes.filter((code) => code === 201)).toHaveLength(3)
    expect(codes.filter((code) => code === 'user_limit_exceeded')).toHaveLength(17)
    expect([await available(ada), await stockOf(item)]).toEqual([970, 97])
    expect(await buy(grace, { itemId: item.id, quantity: 3 })).toMatchObject({ status: 201 })
  })

  test('a refused order does not count towards the limit', async () => {
    const ada = await userWith(5)
    const item = await makeItem({ limitPerUser: 1 })
    for (let time = 0; time < 2; time++) {
      const answer = await buy(ada, { itemId: item.id })
      expect(answer.body.code).toBe('insufficient_funds')
    }
  })

  test('what the requirements ask: an item owned, a balance at the wallet', async () => {
    const [ada, key] = [await userWith(100), await makeItem()]
    const needsKey = {
      all: [{ kind: 'item' as const, itemId: key.id, quantity: 2 }],
      any: [],
      none: [],
    }
    const door = await makeItem({ requirements: needsKey })
    expect((await buy(ada, { itemId: door.id })).body.code).toBe('requirements_not_met')
    await buy(ada, { itemId: key.id, quantity: 2 })
    expect(await buy(ada, { itemId: door.id })).toMatchObject({ status: 201 })
    const rich = { kind: 'balance' as const, currency: 'COIN', amount: 70 }
    const club = await makeItem({ requirements: { all: [rich], any: [], none: [] } })
    expect(await buy(ada, { itemId: club.id })).toMatchObject({ status: 201 })
    expect((await buy(ada, { itemId: club.id })).body.code).toBe('requirements_not_met')
  })

  test('roles and a level as a server says; a player cannot say them', async () => {
    const ada = await userWith(100)
    const all = [
      { kind: 'role' as const, roleId: role },
      { kind: 'level' as const, level: 3 },
    ]
    const item = await makeItem({ requirements: { all, any: [], none: [] } })
    const facts = { roleIds: [role], level: 3 }
    expect(await buy(ada, { itemId: item.id, facts })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    })
    expect((await buy(ada, { itemId: item.id })).body.code).toBe('requirements_not_met')
    const low = await buyFor(ada, { itemId: item.id, facts: { ...facts, level: 2 } })
    expect(low.body.code).toBe('requirements_not_met')
    expect(await buyFor(ada, { itemId: item.id, facts })).toMatchObject({ status: 201 })
  })
})

describe('what a purchase brings', () => {
  test('the contents of a bundle, items and currency of actions, and a role to be granted', async () => {
    const [ada, arrow, bonus] = [await userWith(100), await makeItem(), await makeItem()]
    const bundle = await makeItem({
      contents: [{ itemId: arrow.id, quantity: 5 }],
      onPurchase: [
        { kind: 'item', itemId: bonus.id, quantity: 1 },
        { kind: 'currency', currency: 'GEM', amount: 7 },
        { kind: 'role', roleId: role },
      ],
    })
    const { body } = await buy(ada, { itemId: bundle.id, quantity: 2 })
    expect(body).toMatchObject({
      items: [
        { itemId: arrow.id, quantity: 10 },
        { itemId: bonus.id, quantity: 2 },
      ],
      effects: [
        { id: `${body.id}/1`, kind: 'currency', amount: 14, currency: 'GEM', state: 'done' },
        { id: `${body.id}/2`, kind: 'role_grant', roleId: role, state: 'pending' },
      ],
    })
    expect(await owned(ada)).toEqual({ [arrow.id]: 10, [bonus.id]: 2 })
    expect(await available(ada, 'GEM')).toBe(14)
    expect((await call(ordersGet, { params: { orderId: body.id } })).body).toEqual(body)
  })

  test('what it brought when the order was opened, also when the item has changed before it ended', async () => {
    const [ada, arrow] = [await userWith(100), await makeItem()]
    const bundle = await makeItem({ contents: [{ itemId: arrow.id, quantity: 5 }], stock: 1 })
    const charge = async () => Promise.reject(new Error('no answer'))
    const broken = {
      ...bindings,
      WALLET_CHARGES: { charge } as unknown as ShopEnv['WALLET_CHARGES'],
    }
    const wanted = { userId: ada, itemId: bundle.id, quantity: 1, key: 'once' }
    await expect(purchase(broken, player(ada), wanted)).rejects.toThrow('unavailable')
    const json = { contents: [{ itemId: arrow.id, quantity: 1 }] }
    await call(itemsUpdate, { params: { itemId: bundle.id }, json })
    await purchase(bindings, player(ada), wanted)
    expect(await owned(ada)).toEqual({ [arrow.id]: 5 })
  })

  test('a reward once, though the wallet’s answer was lost: the sweep learns it', async () => {
    const ada = await userWith(100)
    const onPurchase = [{ kind: 'currency' as const, currency: 'GEM', amount: 7 }]
    const item = await makeItem({ onPurchase })
    const { WALLET_REWARDS } = bindings
    const reward = async (...given: Parameters<typeof WALLET_REWARDS.reward>) => {
      await WALLET_REWARDS.reward(...given)
      throw new Error('answer lost')
    }
    const lossy = {
      ...bindings,
      WALLET_REWARDS: { reward } as unknown as ShopEnv['WALLET_REWARDS'],
    }
    const wanted = { userId: ada, itemId: item.id, quantity: 1, key: 'once' }
    const done = await purchase(lossy, player(ada), wanted)
    if (!done.ok) throw new Error(done.code)
    const { id } = done.value.order
    const effectsNow = async () => (await call(ordersGet, { params: { orderId: id } })).body.effects
    expect(await effectsNow()).toMatchObject([{ state: 'pending' }])
    await age(id)
    expect(await sweep(bindings)).toBe(1)
    expect(await effectsNow()).toMatchObject([{ state: 'done' }])
    expect([await sweep(bindings), await available(ada, 'GEM')]).toEqual([0, 7])
  })

  test('a reward in a currency that is not there fails, and says why; the purchase stands', async () => {
    const ada = await userWith(100)
    const onPurchase = [{ kind: 'currency' as const, currency: 'NONE', amount: 7 }]
    const { body } = await buy(ada, { itemId: (await makeItem({ onPurchase })).id })
    expect(body).toMatchObject({
      status: 'paid',
      effects: [{ state: 'failed', reason: 'currency_not_found' }],
    })
  })
})

describe('what an item may name', () => {
  const create = (json: object, caller: object = {}) =>
    call(itemsCreate, {
      caller,
      json: { name: 'x', price: { currency: 'COIN', amount: 1 }, ...json },
    })

  test('400 at the place that names an item that is not there, or one of another project', async () => {
    const { id } = await makeItem()
    const contents = [{ itemId: newId('itm'), quantity: 1 }]
    const pointer = '/body/contents/0/itemId'
    const refused = { status: 400, body: { errors: [{ pointer }] } }
    expect(await create({ contents })).toMatchObject(refused)
    const foreign = { contents: [{ itemId: id, quantity: 1 }] }
    expect(await create(foreign, { projectId: otherProject })).toMatchObject(refused)
    expect(await create(foreign)).toMatchObject({ status: 201 })
    const onUse = [{ kind: 'item', itemId: newId('itm'), quantity: 1 }]
    expect(await create({ onUse })).toMatchObject({
      body: { errors: [{ pointer: '/body/onUse/0/itemId' }] },
    })
    const requirements = { none: [{ kind: 'item', itemId: newId('itm') }] }
    expect(await create({ requirements })).toMatchObject({
      body: { errors: [{ pointer: '/body/requirements/none/0/itemId' }] },
    })
  })

  test('400 for a bundle in a bundle, in itself, and a sale that ends before it begins', async () => {
    const part = await makeItem()
    const bundle = await makeItem({ contents: [{ itemId: part.id, quantity: 1 }] })
    const refused = { status: 400, body: { errors: [{ pointer: '/body/contents/0/itemId' }] } }
    expect(await create({ contents: [{ itemId: bundle.id, quantity: 1 }] })).toMatchObject(refused)
    const params = { itemId: part.id }
    const inItself = { contents: [{ itemId: part.id, quantity: 1 }] }
    expect(await call(itemsUpdate, { params, json: inItself })).toMatchObject(refused)
    const [early, late] = ['2030-01-01T00:00:00.000Z', '2030-01-02T00:00:00.000Z']
    await call(itemsUpdate, { params, json: { saleStartsAt: late } })
    expect(await call(itemsUpdate, { params, json: { saleEndsAt: early } })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/body/saleEndsAt' }] },
    })
  })
})
