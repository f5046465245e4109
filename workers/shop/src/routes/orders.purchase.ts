/** Buys an item: the pieces and the price change hands together, once per key, or not at all. */
import { createRoute } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { drainOutbox } from '@coinop/shared/outbox'
import { Problem } from '@coinop/shared/problem'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { NewPurchase, Order, toOrder } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { purchase } from '../purchase.ts'

export const ordersPurchase = defineRoute({
  access: playerOrSecretKey('shop:write'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'orders.purchase',
    method: 'post',
    path: '/v1/purchase',
    summary: 'Buy an item',
    description:
      'A refusal before an order exists (out_of_stock, price_changed, item_unavailable, total_limit_exceeded) leaves the key free; one by the wallet stays under it.',
    request: { body: json(NewPurchase) },
    responses: {
      201: json(Order, 'The order, paid'),
      ...problems(
        'item_not_found',
        'buyer_not_found',
        'currency_not_found',
        'item_unavailable',
        'price_changed',
        'total_limit_exceeded',
        'out_of_stock',
        'insufficient_funds',
        'idempotency_conflict',
        'idempotency_key_required',
      ),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const wanted = c.req.valid('json')
    const userId = subjectOf(caller, wanted.userId, '/body/userId')
    const done = await purchase(c.env, caller, { ...wanted, userId, key: c.get('idempotencyKey') })
    if (!done.ok) throw problem(done.code)
    const { order, replayed } = done.value
    if (!replayed) {
      c.executionCtx.waitUntil(drainOutbox(drizzle(c.env.SHOP_DB), c.env.EVENTS_APPENDS))
    }
    const headers: Record<string, string> = replayed ? { 'idempotency-replayed': 'true' } : {}
    if (order.refusal) throw new Problem(order.refusal, { headers })
    return c.json(toOrder(order), 201, headers)
  },
})
