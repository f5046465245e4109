import { newId } from '@coinop/shared/ids'
import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { uniqueKey } from '../test-shop.ts'
import { itemsCreate } from './items.create.ts'
import { itemsGet } from './items.get.ts'
import { itemsList } from './items.list.ts'

const sword = { name: 'Iron sword', price: { currency: 'COIN', amount: 250 } }
const gem = { currency: 'GEM', amount: 1 }
const role = { kind: 'role', roleId: '1180000000000000001' }
const create = (json: object, headers: Record<string, string> = {}) =>
  call(itemsCreate, { json, headers })

describe('items.create', () => {
  test('201 with what was left out: no description, unlimited stock, active, version 1', async () => {
    const { status, body } = await create(sword)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      ...sword,
      description: '',
      stock: null,
      isActive: true,
      version: 1,
    })
    expect(await call(itemsGet, { params: { itemId: body.id } })).toMatchObject({ body })
  })

  test('201 with what was given, without the space around the name', async () => {
    const given = { ...sword, description: 'Sharp.', stock: 0, isActive: false }
    expect(await create({ ...given, name: ' Iron sword ' })).toMatchObject({
      status: 201,
      body: given,
    })
  })

  test('201 with the same item, once, when a key comes 20 times at once', async () => {
    const caller = { projectId: 'prj_01k9x6c3v5t8r2m4n7p0q1s2wa' }
    const headers = uniqueKey()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call(itemsCreate, { caller, headers, json: sword })),
    )
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1)
    const first = answers.filter(({ headers }) => !headers.has('idempotency-replayed'))
    expect(first).toHaveLength(1)
    expect((await call(itemsList, { caller })).body.data).toHaveLength(1)
  })

  test('409 idempotency_conflict when a key is used for another item, but not in another project', async () => {
    const headers = uniqueKey()
    await create(sword, headers)
    const other = { ...sword, stock: 1 }
    expect(await create(other, headers)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    })
    const caller = { projectId: otherProject }
    expect(await call(itemsCreate, { caller, headers, json: other })).toMatchObject({ status: 201 })
  })

  test('409 sku_taken for a second item of that name, but not in another project', async () => {
    const sku = `sword-${crypto.randomUUID()}`
    expect(await create({ ...sword, sku })).toMatchObject({ status: 201, body: { sku } })
    const second = await create({ ...sword, sku })
    expect(second).toMatchObject({ status: 409, body: { code: 'sku_taken' } })
    const caller = { projectId: otherProject }
    const elsewhere = await call(itemsCreate, { caller, json: { ...sword, sku } })
    expect(elsewhere).toMatchObject({ status: 201 })
  })

  test('201 under its id where no sku was given', async () => {
    const { body } = await create(sword)
    expect(body.sku).toBe(body.id)
  })

  test('201 with everything that an item can be', async () => {
    const part = (await create(sword)).body.id as string
    const given = {
      ...sword,
      sku: crypto.randomUUID(),
      image: 'https://cdn.example/sword.png',
      otherPrices: [{ currency: 'GEM', amount: 3 }],
      saleStartsAt: '2030-01-01T00:00:00.000Z',
      saleEndsAt: '2030-02-01T00:00:00.000Z',
      limitPerUser: 2,
      requirements: {
        all: [{ kind: 'role', roleId: '1180000000000000001' }],
        any: [{ kind: 'item', itemId: part, quantity: 1 }],
        none: [{ kind: 'balance', currency: 'COIN', amount: 5 }],
      },
      onPurchase: [{ kind: 'item', itemId: part, quantity: 2 }],
      onUse: [{ kind: 'currency', currency: 'COIN', amount: 1 }],
      contents: [{ itemId: part, quantity: 3 }],
    }
    const { status, body } = await create(given)
    expect({ status, body }).toMatchObject({ status: 201, body: given })
    expect(await call(itemsGet, { params: { itemId: body.id } })).toMatchObject({ body })
  })

  test('401 and 403: only a secret key with shop:write', async () => {
    const as = (caller: object) => call(itemsCreate, { caller, json: sword })
    expect(await as(anonymous())).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
    for (const caller of [player('usr_1'), publishableKey(), secretKeyWith('shop:read')]) {
      expect(await as(caller)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    }
  })

  test.each([
    ['/body/name', { name: ' ' }],
    ['/body/name', { name: 'x'.repeat(101) }],
    ['/body/name', { name: 7 }],
    ['/body/description', { description: null }],
    ['/body/price', { price: 250 }],
    ['/body/price/amount', { price: { currency: 'COIN', amount: 0 } }],
    ['/body/price/amount', { price: { currency: 'COIN', amount: 1.5 } }],
    ['/body/price/amount', { price: { currency: 'COIN', amount: 1e12 + 1 } }],
    ['/body/price/currency', { price: { currency: 'coin', amount: 1 } }],
    ['/body/stock', { stock: -1 }],
    ['/body/stock', { stock: '5' }],
    ['/body/isActive', { isActive: 'yes' }],
    ['/body/version', { version: 7 }],
    ['/body/sku', { sku: 'Iron sword' }],
    ['/body/image', { image: 'http://cdn.example/sword.png' }],
    ['/body/image', { image: 'javascript:alert(1)' }],
    ['/body/otherPrices', { otherPrices: [gem, gem] }],
    ['/body/saleStartsAt', { saleStartsAt: 'tomorrow' }],
    ['/body/saleStartsAt', { saleStartsAt: '2030-01-01T00:00:00+01:00' }],
    ['/body/limitPerUser', { limitPerUser: 0 }],
    ['/body/onPurchase', { onPurchase: [role, role, role, role, role, role] }],
    ['/body/onUse/0/kind', { onUse: [{ kind: 'mail' }] }],
    ['/body/onUse/0/roleId', { onUse: [{ kind: 'role', roleId: '1' }] }],
    ['/body/contents/0/quantity', { contents: [{ itemId: newId('itm'), quantity: 0 }] }],
  ])('400 invalid_request at %s for %j', async (pointer, change) => {
    expect(await create({ ...sword, ...change })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ pointer }] },
    })
  })
})
