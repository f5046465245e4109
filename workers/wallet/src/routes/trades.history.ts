/** Who offered, confirmed or ended what, and when: every step of a trade, oldest first. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { problem, problems } from '../problems.ts'
import { toTradeStep, TradeId, TradeStep } from '../trade-model.ts'
import { historyOf } from '../trades.ts'

export const tradesHistory = defineRoute({
  access: playerOrSecretKey('wallet:read'),
  route: createRoute({
    operationId: 'trades.history',
    method: 'get',
    path: '/v1/trades/{tradeId}/history',
    summary: 'List the steps of a trade',
    request: { params: z.object({ tradeId: TradeId }), query: PageQuery },
    responses: { 200: json(pageOf(TradeStep), 'Steps, oldest first'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { tradeId } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    const scope = {
      secret: c.env.CURSOR_SECRET,
      projectId: caller.projectId,
      list: 'trades.history',
      filter: tradeId,
    }
    const after = Number(readCursor(scope, cursor) ?? 0)
    const rows = await historyOf(c.env, caller, tradeId, { after, limit: limit + 1 })
    if (!rows) throw problem('not_found')
    const page = toPage(rows, limit, toTradeStep, ({ seq }) => writeCursor(scope, seq))
    return c.json(page, 200)
  },
})
