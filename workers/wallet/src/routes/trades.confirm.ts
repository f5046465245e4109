/** Confirms a trade exactly as it was shown. With the second confirmation the money changes hands. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { problem, problems } from '../problems.ts'
import { toTrade, Trade, TradeConfirmation, TradeId } from '../trade-model.ts'
import { actInTrade } from '../trades.ts'

export const tradesConfirm = defineRoute({
  access: playerOrSecretKey('wallet:write'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'trades.confirm',
    method: 'post',
    path: '/v1/trades/{tradeId}/confirm',
    summary: 'Confirm a trade',
    request: { params: z.object({ tradeId: TradeId }), body: json(TradeConfirmation) },
    responses: {
      200: json(Trade, 'The trade: open until the other side confirms, then usually completed'),
      ...problems(
        'not_found',
        'trade_closed',
        'trade_changed',
        'trade_empty',
        'idempotency_conflict',
        'idempotency_key_required',
      ),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { userId: asked, digest } = c.req.valid('json')
    const userId = subjectOf(caller, asked, '/body/userId')
    const act = { tradeId: c.req.valid('param').tradeId, userId, key: c.get('idempotencyKey') }
    const done = await actInTrade(c.env, caller, act, { do: 'confirm', digest })
    if (!done.ok) throw problem(done.code)
    if (done.value.replayed) c.header('idempotency-replayed', 'true')
    return c.json(toTrade(done.value.trade, now()), 200)
  },
})
