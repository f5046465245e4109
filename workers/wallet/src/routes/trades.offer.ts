/** Sets what one side of a trade gives. Any change takes both confirmations back. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { problem, problems } from '../problems.ts'
import { NewTradeOffer, toTrade, Trade, TradeId } from '../trade-model.ts'
import { actInTrade, mayOffer } from '../trades.ts'

export const tradesOffer = defineRoute({
  access: playerOrSecretKey('wallet:write'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'trades.offer',
    method: 'put',
    path: '/v1/trades/{tradeId}/offer',
    summary: 'Set what one side of a trade gives',
    request: { params: z.object({ tradeId: TradeId }), body: json(NewTradeOffer) },
    responses: {
      200: json(Trade, 'The trade with the offer'),
      ...problems(
        'not_found',
        'trade_closed',
        'too_many_offers',
        'currency_not_found',
        'currency_not_transferable',
        'item_not_found',
        'idempotency_conflict',
        'idempotency_key_required',
      ),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { userId: asked, offer } = c.req.valid('json')
    const userId = subjectOf(caller, asked, '/body/userId')
    const allowed = await mayOffer(c.env, caller, offer)
    if (!allowed.ok) throw problem(allowed.code)
    const act = { tradeId: c.req.valid('param').tradeId, userId, key: c.get('idempotencyKey') }
    const done = await actInTrade(c.env, caller, act, { do: 'offer', offer })
    if (!done.ok) throw problem(done.code)
    if (done.value.replayed) c.header('idempotency-replayed', 'true')
    return c.json(toTrade(done.value.trade, now()), 200)
  },
})
