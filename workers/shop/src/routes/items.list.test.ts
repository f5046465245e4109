import { newId } from '@coinop/shared/ids'
import { anonymous, call, player, publishableKey } from '@coinop/shared/testing'
import { drizzle } from 'drizzle-orm/d1'
import { describe, expect, test } from 'vitest'
import { listProducts } from '../catalogue.ts'
import { bindings } from '../test-shop.ts'
import { itemsCreate } from './items.create.ts'
import { itemsList } from './items.list.ts'

/** A project of its own, with five items of which the second and fourth are inactive. */
async function projectWithItems(): Promise<string> {
  const projectId = newId('prj')
  for (const [index, name] of ['one', 'two', 'three', 'four', 'five'].entries()) {
    const price = { currency: 'COIN', amount: 1 }
    const json = { name, price, isActive: index % 2 === 0 }
    await call(itemsCreate, { caller: { projectId }, json })
    // Ids made within one millisecond have no order of their own.
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  return projectId
}

async function pages(caller: object, query: Record<string, string>): Promise<string[][]> {
  const found: string[][] = []
  for (let cursor: string | null = ''; cursor !== null && found.length < 10;) {
    const asked = cursor === '' ? query : { ...query, cursor }
    const { body } = await call(itemsList, { caller, query: asked })
    found.push(body.data.map(({ name }: { name: string }) => name))
    cursor = body.nextCursor
  }
  return found
}

describe('items.list', () => {
  test('200 with active items only, oldest first, page by page', async () => {
    const projectId = await projectWithItems()
    const expected = [['one', 'three'], ['five']]
    expect(await pages({ ...player('usr_1'), projectId }, { limit: '2' })).toEqual(expected)
    expect(await pages({ ...publishableKey(), projectId }, { limit: '2' })).toEqual(expected)
    expect(await pages({ projectId }, { limit: '2' })).toEqual(expected)
  })

  test('200 with inactive ones too for a secret key that asks; 403 forbidden for others', async () => {
    const projectId = await projectWithItems()
    const query = { limit: '2', includeInactive: 'true' }
    expect(await pages({ projectId }, query)).toEqual([['one', 'two'], ['three', 'four'], ['five']])
    for (const caller of [player('usr_1'), publishableKey()]) {
      expect(await call(itemsList, { caller: { ...caller, projectId }, query })).toMatchObject({
        status: 403,
        body: { code: 'forbidden' },
      })
    }
  })

  test('200 empty in a project without items', async () => {
    const { body } = await call(itemsList, { caller: { projectId: newId('prj') } })
    expect(body).toEqual({ data: [], nextCursor: null })
  })

  test('reads no more rows for players however many items are inactive', async () => {
    const caller = { projectId: newId('prj') }
    const price = { currency: 'COIN', amount: 1 }
    for (let index = 0; index < 50; index++) {
      await call(itemsCreate, { caller, json: { name: 'old', price, isActive: false } })
    }
    await call(itemsCreate, { caller, json: { name: 'new', price } })
    const listing = { after: '', limit: 21, includeInactive: false }
    const query = listProducts(drizzle(bindings.SHOP_DB), caller.projectId, listing).toSQL()
    const { results, meta } = await bindings.SHOP_DB.prepare(query.sql)
      .bind(...query.params)
      .run()
    expect(results).toHaveLength(1)
    expect(meta.rows_read).toBeLessThanOrEqual(2)
  })

  test('400 invalid_request for a cursor of another filter or project', async () => {
    const projectId = await projectWithItems()
    const { body } = await call(itemsList, { caller: { projectId }, query: { limit: '1' } })
    const cursor = body.nextCursor
    const refused = { status: 400, body: { errors: [{ pointer: '/query/cursor' }] } }
    const query = { cursor, includeInactive: 'true' }
    expect(await call(itemsList, { caller: { projectId }, query })).toMatchObject(refused)
    expect(await call(itemsList, { query: { cursor } })).toMatchObject(refused)
  })

  test.each([
    ['/query/limit', { limit: '0' }],
    ['/query/limit', { limit: '101' }],
    ['/query/limit', { limit: 'ten' }],
    ['/query/includeInactive', { includeInactive: '1' }],
    ['/query/page', { page: '2' }],
  ])('400 invalid_request at %s for %j', async (pointer, query) => {
    expect(
      await call(itemsList, { query: query as unknown as Record<string, string> }),
    ).toMatchObject({
      status: 400,
      body: { errors: [{ pointer }] },
    })
  })

  test('401 unauthenticated without a credential', async () => {
    expect(await call(itemsList, { caller: anonymous() })).toMatchObject({ status: 401 })
  })
})
