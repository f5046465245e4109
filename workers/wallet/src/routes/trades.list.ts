/** A player's trades, newest first, from the copy in D1: what was done a moment ago may not be there yet. */
import { createRoute } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { z } from 'zod'
import { defineRoute } from '../env.ts'
import { problems } from '../problems.ts'
import { ActingUserQuery, toTradeSummary, TradeSummary } from '../trade-model.ts'
import { listTrades } from '../trade-projection.ts'
import { tradeStatuses } from '../trade-rules.ts'

/** Above every id of a trade: they begin with trd_. */
const aboveAll = 'trd_~'

const Query = PageQuery.extend({
  ...ActingUserQuery.shape,
  status: z.enum(tradeStatuses).optional(),
})

export const tradesList = defineRoute({
  access: playerOrSecretKey('wallet:read'),
  route: createRoute({
    operationId: 'trades.list',
    method: 'get',
    path: '/v1/trades',
    summary: 'List the trades of a player',
    request: { query: Query },
    responses: { 200: json(pageOf(TradeSummary), 'Trades, newest first'), ...problems() },
  }),
  handler: async (c) => {
    const { projectId, ...caller } = c.get('caller')
    const { userId: asked, status, limit, cursor } = c.req.valid('query')
    const userId = subjectOf({ projectId, ...caller }, asked, '/query/userId')
    const filter = [userId, status ?? '']
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'trades', filter }
    const before = readCursor(scope, cursor) ?? aboveAll
    const wanted = { status, before, limit: limit + 1 }
    const rows = await listTrades(c.env.WALLET_DB, { projectId, userId }, wanted)
    const page = toPage(rows, limit, toTradeSummary, ({ tradeId }) => writeCursor(scope, tradeId))
    return c.json(page, 200)
  },
})
