/** Calls a trade off. Either side may, until both have confirmed. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { problem, problems } from '../problems.ts'
import { ActingUserQuery, toTrade, Trade, TradeId } from '../trade-model.ts'
import { actInTrade } from '../trades.ts'

export const tradesCancel = defineRoute({
  access: playerOrSecretKey('wallet:write'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'trades.cancel',
    method: 'post',
    path: '/v1/trades/{tradeId}/cancel',
    summary: 'Cancel a trade',
    request: { params: z.object({ tradeId: TradeId }), query: ActingUserQuery },
    responses: {
      200: json(Trade, 'The trade, cancelled'),
      ...problems('not_found', 'trade_closed', 'idempotency_key_required'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const userId = subjectOf(caller, c.req.valid('query').userId, '/query/userId')
    const act = { tradeId: c.req.valid('param').tradeId, userId, key: c.get('idempotencyKey') }
    const done = await actInTrade(c.env, caller, act, { do: 'cancel' })
    if (!done.ok) throw problem(done.code)
    if (done.value.replayed) c.header('idempotency-replayed', 'true')
    return c.json(toTrade(done.value.trade, now()), 200)
  },
})
