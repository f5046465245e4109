/** What there is of each currency, and that it adds up: from the copy, at one moment. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { problems } from '../problems.ts'
import { readSupply, Supply } from '../supply.ts'

export const supplyList = defineRoute({
  access: secretKey('wallet:read'),
  route: createRoute({
    operationId: 'supply.list',
    method: 'get',
    path: '/v1/ledger/supply',
    summary: 'Get the supply per currency',
    request: { query: PageQuery },
    responses: {
      200: json(pageOf(Supply), 'Currencies that were ever used, by code'),
      ...problems(),
    },
  }),
  handler: async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const { projectId } = c.get('caller')
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'supply' }
    const after = readCursor(scope, cursor) ?? ''
    const rows = await readSupply(c.env.WALLET_DB, projectId, { after, limit: limit + 1 })
    return c.json(
      toPage(
        rows,
        limit,
        (row) => row,
        ({ currency }) => writeCursor(scope, currency),
      ),
      200,
    )
  },
})
