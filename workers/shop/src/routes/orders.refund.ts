/** Refunds an order: the price goes back, and so do the pieces and the stock; once, or not at all. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { drainOutbox } from '@coinop/shared/outbox'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { effectsOf } from '../effects.ts'
import { defineRoute } from '../env.ts'
import { Order, OrderId, toOrder } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { refund } from '../refunds.ts'

export const ordersRefund = defineRoute({
  access: secretKey('shop:write'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'orders.refund',
    method: 'post',
    path: '/v1/orders/{orderId}/refund',
    summary: 'Refund an order',
    description:
      'The buyer must still hold as many pieces as the order brought. An order is refunded once, under whatever key; then the answer is the same.',
    request: { params: z.object({ orderId: OrderId }) },
    responses: {
      200: json(Order, 'The order, refunded'),
      ...problems(
        'not_found',
        'order_not_paid',
        'order_not_refundable',
        'pieces_missing',
        'refund_refused',
        'idempotency_key_required',
      ),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { orderId } = c.req.valid('param')
    const done = await refund(c.env, caller, orderId)
    if (!done.ok) throw problem(done.code === 'order_not_found' ? 'not_found' : done.code)
    const db = drizzle(c.env.SHOP_DB)
    if (done.value.replayed) c.header('idempotency-replayed', 'true')
    else c.executionCtx.waitUntil(drainOutbox(db, c.env.EVENTS_APPENDS))
    const effects = await effectsOf(db, caller.projectId, [orderId])
    return c.json(toOrder(done.value.order, effects(orderId)), 200)
  },
})
