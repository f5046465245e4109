/** The whole catalogue, also what players cannot see, in a form that an import takes back unchanged. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { listProducts } from '../catalogue.ts'
import { defineRoute } from '../env.ts'
import { toCsv, toRecord } from '../item-records.ts'
import { ItemRecord } from '../model.ts'
import { problems } from '../problems.ts'

export const itemsExport = defineRoute({
  access: secretKey('shop:read'),
  route: createRoute({
    operationId: 'items.export',
    method: 'get',
    path: '/v1/items/export',
    summary: 'Export items',
    description:
      'In pages. The pages of a table, written one after another, are one table: only the first has a header, and the header `Coinop-Next-Cursor` says where it goes on.',
    request: { query: PageQuery.extend({ format: z.enum(['json', 'csv']).default('json') }) },
    responses: {
      200: {
        ...json(pageOf(ItemRecord), 'Items, oldest first'),
        content: {
          ...json(pageOf(ItemRecord)).content,
          'text/csv': { schema: z.string() },
        },
      },
      ...problems(),
    },
  }),
  handler: async (c) => {
    const { limit, cursor, format } = c.req.valid('query')
    const { projectId } = c.get('caller')
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'items-export', filter: format }
    const rows = await listProducts(drizzle(c.env.SHOP_DB), projectId, {
      after: readCursor(scope, cursor) ?? '',
      limit: limit + 1,
      includeInactive: true,
    })
    const page = toPage(rows, limit, toRecord, ({ id }) => writeCursor(scope, id))
    if (page.nextCursor !== null) c.header('coinop-next-cursor', page.nextCursor)
    if (format === 'json') return c.json(page, 200)
    const csv = toCsv(page.data, cursor === undefined)
    return c.text(csv, 200, { 'content-type': 'text/csv; charset=utf-8' })
  },
})
