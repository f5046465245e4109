import { newId } from '@coinop/shared/ids'
import { anonymous, call, player, publishableKey, secretKeyWith } from '@coinop/shared/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { itemsCreate } from './items.create.ts'
import { itemsExport } from './items.export.ts'
import { itemsImport } from './items.import.ts'
import { itemsList } from './items.list.ts'

const price = { currency: 'COIN', amount: 5 }
const everything = {
  sku: 'chest',
  name: 'Chest, "old"; =1+1',
  description: 'Two\r\nlines, a tab\t and ünïcode 🗡️\n',
  image: 'https://cdn.example/chest.png?a=1,2',
  price,
  otherPrices: [{ currency: 'GEM', amount: 3 }],
  stock: 7,
  saleStartsAt: '2030-01-01T00:00:00.000Z',
  saleEndsAt: '2030-02-01T00:00:00.000Z',
  limitPerUser: 2,
  requirements: { all: [{ kind: 'level', level: 2 }], any: [], none: [] },
  onPurchase: [{ kind: 'role', roleId: '1180000000000000001' }],
  onUse: [],
  isActive: false,
}

/** A project with an item of every kind. */
async function catalogue() {
  const caller = { projectId: newId('prj') }
  const made = await call(itemsCreate, { caller, json: { name: ' plain ', price } })
  const contents = [{ itemId: made.body.id as string, quantity: 3 }]
  await call(itemsCreate, { caller, json: { ...everything, contents } })
  await call(itemsCreate, { caller, json: { name: 'true', description: 'null', price, sku: '0' } })
  return caller
}

type Format = 'json' | 'csv'
/** All pages, as something that an import takes. */
async function exported(caller: object, format: Format, limit = '2') {
  const [items, tables]: [object[], string[]] = [[], []]
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: Record<string, string> = { format, limit, ...(cursor && { cursor }) }
    const { body, headers } = await call(itemsExport, { caller, query })
    if (format === 'json') items.push(...(body.data as object[]))
    else tables.push(body as string)
    cursor = headers.get('coinop-next-cursor')
  }
  return format === 'json' ? { items } : { csv: tables.join('') }
}

const listed = async (caller: object) =>
  (await call(itemsList, { caller, query: { includeInactive: 'true' } })).body.data as object[]
const load = (caller: object, json: object) => call(itemsImport, { caller, json })

describe('items.export', () => {
  test.each(['json', 'csv'] as const)(
    '200: what is exported as %s is imported unchanged',
    async (format) => {
      const caller = await catalogue()
      const [before, file] = [await listed(caller), await exported(caller, format)]
      const { status, body } = await load(caller, file)
      expect({ status, body }).toMatchObject({ status: 200, body: { unchanged: 3, updated: 0 } })
      expect(await listed(caller)).toEqual(before)
      expect(await exported(caller, format)).toEqual(file)
    },
  )

  test.each(['json', 'csv'] as const)(
    '200: an import of %s brings back what was changed since',
    async (format) => {
      const caller = await catalogue()
      const [before, file] = [await listed(caller), await exported(caller, format)]
      const items = (await exported(caller, 'json')).items as { sku: string }[]
      const spoilt = items.map(({ sku }) => ({
        sku,
        name: 'x',
        description: 'y',
        stock: 1,
        image: null,
      }))
      expect((await load(caller, { items: spoilt })).body).toMatchObject({ updated: 3 })
      expect((await load(caller, file)).body).toMatchObject({ updated: 3 })
      const after = (await listed(caller)) as { version: number }[]
      expect(after.map(({ version }) => version)).toEqual([3, 3, 3])
      const same = (list: object[]) => list.map((item) => ({ ...item, version: 0 }))
      expect(same(after)).toEqual(same(before))
    },
  )

  test('200: any text survives a table', async () => {
    const caller = { projectId: newId('prj') }
    const text = fc.string({ unit: 'binary', maxLength: 60 }).filter((each) => !each.includes('\0'))
    const names = fc.sample(
      text.filter((each) => each.trim() !== ''),
      { numRuns: 60, seed: 42 },
    )
    const items = names.map((name, index) => ({ sku: `n${index}`, name, description: name, price }))
    expect((await load(caller, { items })).body).toMatchObject({ created: 60 })
    const before = await exported(caller, 'json', '100')
    const table = await exported(caller, 'csv', '100')
    const other = { projectId: newId('prj') }
    expect((await load(other, table)).body).toMatchObject({ created: 60 })
    const bySku = ({ items: list }: { items?: object[] }) =>
      new Map((list as { sku: string }[]).map((item) => [item.sku, item]))
    expect(bySku(await exported(other, 'json', '100'))).toEqual(bySku(before))
  })

  test('200 with a header only, and with nothing, in a project without items', async () => {
    const caller = { projectId: newId('prj') }
    expect((await exported(caller, 'csv')).csv).toMatch(/^sku,name,[^\n]*,isActive\r\n$/)
    expect(await exported(caller, 'json')).toEqual({ items: [] })
  })

  test('400 invalid_request for another format and for a cursor of another format', async () => {
    const caller = await catalogue()
    const first = await call(itemsExport, { caller, query: { limit: '1' } })
    const cursor = first.body.nextCursor as string
    for (const [pointer, query] of [
      ['/query/format', { format: 'xml' }],
      ['/query/cursor', { format: 'csv', cursor }],
    ] as const) {
      const answer = await call(itemsExport, { caller, query })
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
    }
  })

  test('401 and 403: only a secret key with shop:read', async () => {
    expect(await call(itemsExport, { caller: anonymous() })).toMatchObject({ status: 401 })
    for (const caller of [player('usr_1'), publishableKey(), secretKeyWith('shop:write')]) {
      expect(await call(itemsExport, { caller })).toMatchObject({ status: 403 })
    }
  })
})
