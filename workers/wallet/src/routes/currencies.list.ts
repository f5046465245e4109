/** The project's currencies, by code. */
import { createRoute } from '@hono/zod-openapi'
import { anyoneInProject } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { and, asc, eq, gt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { toCurrency } from '../currencies.ts'
import { defineRoute } from '../env.ts'
import { Currency } from '../model.ts'
import { problems } from '../problems.ts'
import { currencies } from '../schema.ts'

export const currenciesList = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'currencies.list',
    method: 'get',
    path: '/v1/currencies',
    summary: 'List the currencies',
    request: { query: PageQuery },
    responses: { 200: json(pageOf(Currency), 'Currencies, by code'), ...problems() },
  }),
  handler: async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const { projectId } = c.get('caller')
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'currencies' }
    const after = readCursor(scope, cursor) ?? ''
    const rows = await drizzle(c.env.WALLET_DB)
      .select()
      .from(currencies)
      .where(and(eq(currencies.projectId, projectId), gt(currencies.code, after)))
      .orderBy(asc(currencies.code))
      .limit(limit + 1)
    return c.json(
      toPage(rows, limit, toCurrency, ({ code }) => writeCursor(scope, code)),
      200,
    )
  },
})
