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
import { makeItem, uniqueKey } from '../test-shop.ts'
import { itemsGet } from './items.get.ts'
import { itemsUpdate } from './items.update.ts'

const update = (itemId: string, json: object, headers: Record<string, string> = {}) =>
  call(itemsUpdate, { params: { itemId }, headers, json })

describe('items.update', () => {
  test.each([
    { name: 'Steel sword' },
    { description: 'Sharper.' },
    { price: { currency: 'GEM', amount: 3 } },
    { stock: 7 },
    { stock: null },
    { isActive: false },
    { sku: 'steel-sword' },
    { image: 'https://cdn.example/sword.png' },
    { otherPrices: [{ currency: 'RUBY', amount: 1 }] },
    { saleStartsAt: '2030-01-01T00:00:00.000Z', saleEndsAt: '2030-02-01T00:00:00.000Z' },
    { limitPerUser: 2 },
    { requirements: { all: [], any: [], none: [{ kind: 'level', level: 2 }] } },
    { onPurchase: [{ kind: 'role', roleId: '1180000000000000001' }] },
    { onUse: [] },
  ])('200 changes %j and nothing else, and raises the version by 1', async (patch) => {
    const item = await makeItem({ stock: 2 })
    const expected = { ...item, ...patch, version: 2 }
    expect(await update(item.id, patch)).toMatchObject({ status: 200, body: expected })
    expect((await call(itemsGet, { params: { itemId: item.id } })).body).toEqual(expected)
  })

  test('200 for each of ten changes at once, each with a version of its own', async () => {
    const item = await makeItem({ stock: 2 })
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => update(item.id, { description: `${index}` })),
    )
    const versions = answers.map(({ body }) => body.version as number).toSorted((a, b) => a - b)
    expect(versions).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })

  test('200 with the same answer and one new version when a key comes 20 times at once', async () => {
    const item = await makeItem()
    const headers = uniqueKey()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => update(item.id, { stock: 5 }, headers)),
    )
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.version}`))).toEqual(
      new Set(['200 2']),
    )
    await update(item.id, { stock: 6 })
    const replay = await update(item.id, { stock: 5 }, headers)
    expect(replay).toMatchObject({ body: { stock: 5, version: 2 } })
    expect(replay.headers.get('idempotency-replayed')).toBe('true')
    expect((await call(itemsGet, { params: { itemId: item.id } })).body).toMatchObject({
      stock: 6,
      version: 3,
    })
  })

  test('409 idempotency_conflict when a key is used for another change or item', async () => {
    const [item, other] = [await makeItem(), await makeItem()]
    const headers = uniqueKey()
    await update(item.id, { stock: 5 }, headers)
    const conflict = { status: 409, body: { code: 'idempotency_conflict' } }
    expect(await update(item.id, { stock: 6 }, headers)).toMatchObject(conflict)
    expect(await update(other.id, { stock: 5 }, headers)).toMatchObject(conflict)
  })

  test('409 sku_taken for the sku of another item; its own is no conflict', async () => {
    const [item, other] = [await makeItem(), await makeItem()]
    expect(await update(item.id, { sku: other.sku })).toMatchObject({
      status: 409,
      body: { code: 'sku_taken' },
    })
    expect(await update(item.id, { sku: item.sku })).toMatchObject({ status: 200 })
  })

  test('404 item_not_found for a missing item and one of another project, alike', async () => {
    const item = await makeItem()
    const caller = { projectId: otherProject }
    const params = { itemId: item.id }
    const foreign = await call(itemsUpdate, { caller, params, json: { stock: 1 } })
    const missing = await update(newId('itm'), { stock: 1 })
    for (const { body } of [missing, foreign]) delete body.requestId
    expect(missing).toMatchObject({ status: 404, body: { code: 'item_not_found' } })
    expect(foreign.body).toEqual(missing.body)
    expect((await call(itemsGet, { params })).body).toEqual(item)
  })

  test('401 and 403: only a secret key with shop:write', async () => {
    const { id } = await makeItem()
    const as = (caller: object) =>
      call(itemsUpdate, { caller, params: { itemId: id }, json: { stock: 1 } })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    for (const caller of [player('usr_1'), publishableKey(), secretKeyWith('shop:read')]) {
      expect(await as(caller)).toMatchObject({ status: 403 })
    }
  })

  test.each([
    ['/body', {}],
    ['/body/name', { name: '' }],
    ['/body/name', { name: null }],
    ['/body/price/amount', { price: { currency: 'COIN', amount: -1 } }],
    ['/body/price/currency', { price: { amount: 1 } }],
    ['/body/stock', { stock: 0.5 }],
    ['/body/stock', { stock: 1e9 + 1 }],
    ['/body/isActive', { isActive: 0 }],
    ['/body/version', { stock: 1, version: 9 }],
  ])('400 invalid_request at %s for %j', async (pointer, patch) => {
    const { id } = await makeItem()
    expect(await update(id, patch)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
  })
})
