import { auditOutbox, sendNotes } from '@coinop/shared/audit'
import { newId } from '@coinop/shared/ids'
import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { describe, expect, test } from 'vitest'
import { bindings, makeItem, uniqueKey } from '../test-shop.ts'
import { itemsCreate } from './items.create.ts'
import { itemsImport } from './items.import.ts'
import { itemsList } from './items.list.ts'

const price = { currency: 'COIN', amount: 5 }
const fresh = () => ({ projectId: newId('prj') })
const load = (caller: object, json: object, headers: Record<string, string> = {}) =>
  call(itemsImport, { caller, json, headers })
const listed = async (caller: object) =>
  (await call(itemsList, { caller, query: { includeInactive: 'true', limit: '100' } })).body.data

describe('items.import', () => {
  test('200 creates, updates and leaves alone, by the sku; only what the file names is changed', async () => {
    const caller = fresh()
    const given = { name: 'Sword', price, stock: 5, description: 'Sharp.' }
    for (const sku of ['a', 'b']) await call(itemsCreate, { caller, json: { ...given, sku } })
    const csv =
      'sku,name,currency,amount\r\na,Axe,COIN,5\r\nb,Sword,COIN,5\r\nc,"Cup, small",GEM,1\r\n'
    const { status, body } = await load(caller, { csv })
    expect(status).toBe(200)
    expect(body).toMatchObject({ dryRun: false, created: 1, updated: 1, unchanged: 1, invalid: 0 })
    expect(body.rows.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'updated',
      'unchanged',
      'created',
    ])
    expect(await listed(caller)).toMatchObject([
      { sku: 'a', name: 'Axe', stock: 5, description: 'Sharp.', version: 2 },
      { sku: 'b', name: 'Sword', version: 1 },
      { sku: 'c', name: 'Cup, small', price: { currency: 'GEM', amount: 1 }, stock: null },
    ])
  })

  test('200 for a dry run says the same and changes nothing', async () => {
    const caller = fresh()
    await call(itemsCreate, { caller, json: { name: 'Sword', price, sku: 'a' } })
    const items = [{ sku: 'a', name: 'Axe' }, { sku: 'b', name: 'Bow', price }, { sku: 'c' }]
    const before = await listed(caller)
    const { status, body } = await load(caller, { items, dryRun: true })
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        dryRun: true,
        created: 1,
        updated: 1,
        invalid: 1,
        rows: [
          { row: 1, sku: 'a', outcome: 'updated', itemId: before[0].id, errors: [] },
          { row: 2, sku: 'b', outcome: 'created', itemId: null, errors: [] },
          {
            row: 3,
            sku: 'c',
            outcome: 'invalid',
            errors: [{ pointer: '/name' }, { pointer: '/price' }],
          },
        ],
      },
    })
    expect(await listed(caller)).toEqual(before)
  })

  test('400 with each row that is wrong, and then nothing is changed', async () => {
    const caller = fresh()
    const csv = [
      'sku,name,currency,amount,stock,onUse,saleStartsAt,saleEndsAt,contents',
      'good,Good,COIN,1,,,,,',
      'Bad Sku,x,COIN,1,,,,,',
      'c,x,COIN,1.5,,,,,',
      'd,x,COIN,1,-1,,,,',
      'e,x,COIN,1,,"[{""kind"":""mail""}]",,,',
      'good,Again,COIN,1,,,,,',
      'g,x,COIN,1,,,2030-01-02T00:00:00.000Z,2030-01-01T00:00:00.000Z,',
      `h,x,COIN,1,,,,,"[{""itemId"":""${newId('itm')}"",""quantity"":1}]"`,
      'i,x,COIN',
    ].join('\n')
    const { status, body } = await load(caller, { csv })
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid_request' })
    const pointers = body.errors.map(({ pointer }: { pointer: string }) => pointer)
    expect(pointers).toEqual([
      '/rows/2/sku',
      '/rows/3/price/amount',
      '/rows/4/stock',
      '/rows/5/onUse/0/kind',
      '/rows/6/sku',
      '/rows/7/saleEndsAt',
      '/rows/8/contents/0/itemId',
      '/rows/9/price/amount',
      '/rows/9',
    ])
    expect(await listed(caller)).toEqual([])
  })

  test('400 for a table with a column that no item has, or one twice', async () => {
    for (const csv of ['sku,colour\na,red', 'sku,sku\na,b', '__proto__,sku\nx,a']) {
      const answer = await load(fresh(), { csv })
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/rows/0' }] } })
    }
  })

  test('200 once when a key comes ten times at once; 409 idempotency_conflict for another file', async () => {
    const caller = fresh()
    const headers = uniqueKey()
    const items = [{ sku: 'a', name: 'Axe', price }]
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => load(caller, { items }, headers)),
    )
    expect(
      new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size,
    ).toBe(1)
    expect(await listed(caller)).toMatchObject([{ sku: 'a', version: 1 }])
    const other = [{ sku: 'b', name: 'Bow', price }]
    expect(await load(caller, { items: other }, headers)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    })
  })

  test('409 sku_taken for one of two imports that make the same item at once', async () => {
    const caller = fresh()
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => load(caller, { items: [{ sku: 'a', name: 'Axe', price }] })),
    )
    for (const { status, body } of answers) {
      expect([`200 undefined`, '409 sku_taken']).toContain(`${status} ${body.code}`)
    }
    expect(await listed(caller)).toMatchObject([{ sku: 'a', version: 1 }])
  })

  test('200 for 1,000 rows in one change, each noted for the audit log; 400 for one more', async () => {
    const caller = fresh()
    const line = (_: unknown, index: number) => `sku-${index},Item ${index},COIN,${index + 1}`
    const table = (length: number) =>
      ['sku,name,currency,amount', ...Array.from({ length }, line)].join('\n')
    expect((await load(caller, { csv: table(1_000) })).body).toMatchObject({ created: 1_000 })
    const db = drizzle(bindings.SHOP_DB)
    const notes = () => db.$count(auditOutbox, eq(auditOutbox.projectId, caller.projectId))
    expect(await notes()).toBe(1_000)
    expect((await load(caller, { csv: table(1_000) })).body).toMatchObject({ unchanged: 1_000 })
    expect(await notes()).toBe(1_000)
    const refused = { status: 400, body: { code: 'invalid_request' } }
    expect(await load(caller, { csv: table(1_001) })).toMatchObject(refused)
    await sendNotes(db, bindings.AUTH_AUDIT)
  }, 60_000)

  test('another project’s item of that sku stays as it is', async () => {
    const item = await makeItem({ sku: `mine-${crypto.randomUUID()}` })
    const items = [{ sku: item.sku, name: 'Theirs', price }]
    expect((await load({ projectId: otherProject }, { items })).body).toMatchObject({ created: 1 })
    expect((await listed({}))?.find(({ id }: { id: string }) => id === item.id)).toEqual(item)
  })

  test('400 for neither or both forms, and more rows than 1,000', async () => {
    const both = { items: [], csv: '' }
    for (const json of [{}, both, { items: Array.from({ length: 1_001 }, () => ({})) }]) {
      expect(await load(fresh(), json)).toMatchObject({ status: 400 })
    }
  })

  test('401 and 403: only a secret key with shop:write', async () => {
    const as = (caller: object) => call(itemsImport, { caller, json: { items: [] } })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    for (const caller of [player('usr_1'), publishableKey(), secretKeyWith('shop:read')]) {
      expect(await as(caller)).toMatchObject({ status: 403 })
    }
  })
})
