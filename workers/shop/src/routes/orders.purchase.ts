/** Buys an item: the pieces and the price change hands together, once per key, or not at all. */
import { createRoute } from '@hono/zod-openapi'
import { actsForProject, playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { drainOutbox } from '@coinop/shared/outbox'
import { Problem } from '@coinop/shared/problem'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { effectsOf } from '../effects.ts'
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
      'A refusal before an order exists leaves the key free, for example out_of_stock or price_changed; one by the wallet stays under it: insufficient_funds, currency_not_found, buyer_not_found.',
    request: { body: json(NewPurchase) },
    responses: {
      201: json(Order, 'The order, paid'),
      ...problems(
        'item_not_found',
        'buyer_not_found',
        'currency_not_found',
        'item_unavailable',
        'not_on_sale',
        'currency_not_accepted',
        'price_changed',
        'total_limit_exceeded',
        'out_of_stock',
        'user_limit_exceeded',
        'requirements_not_met',
        'insufficient_funds',
        'idempotency_conflict',
        'idempotency_key_required',
      ),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const wanted = c.req.valid('json')
    if (wanted.facts && !actsForProject(caller)) {
      throw problem('forbidden', 'Only a secret key or a member may say what holds for a buyer.')
    }
    const userId = subjectOf(caller, wanted.userId, '/body/userId')
    const done = await purchase(c.env, caller, { ...wanted, userId, key: c.get('idempotencyKey') })
    if (!done.ok) throw problem(done.code)
    const { order, replayed } = done.value
    if (!replayed) {
      c.executionCtx.waitUntil(drainOutbox(drizzle(c.env.SHOP_DB), c.env.EVENTS_APPENDS))
    }
    const headers: Record<string, string> = replayed ? { 'idempotency-replayed': 'true' } : {}
    if (order.refusal) throw new Problem(order.refusal, { headers })
    const db = drizzle(c.env.SHOP_DB)
    const effects = await effectsOf(db, caller.projectId, [order.id])
    return c.json(toOrder(order, effects(order.id)), 201, headers)
  },
})
