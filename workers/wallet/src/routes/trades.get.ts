/** A trade as it stands now, for its two players and for keys. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { problem, problems } from '../problems.ts'
import { toTrade, Trade, TradeId } from '../trade-model.ts'
import { findTrade } from '../trades.ts'

export const tradesGet = defineRoute({
  access: playerOrSecretKey('wallet:read'),
  route: createRoute({
    operationId: 'trades.get',
    method: 'get',
    path: '/v1/trades/{tradeId}',
    summary: 'Get a trade',
    request: { params: z.object({ tradeId: TradeId }) },
    responses: { 200: json(Trade, 'The trade'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const trade = await findTrade(c.env, c.get('caller'), c.req.valid('param').tradeId)
    if (!trade) throw problem('not_found')
    return c.json(toTrade(trade, now()), 200)
  },
})
