/** One order, for its buyer, a secret key or a member. Another player's order is as if it were not there. */
import { createRoute, z } from '@hono/zod-openapi'
import { actsForProject, playerOrSecretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { and, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { effectsOf } from '../effects.ts'
import { defineRoute } from '../env.ts'
import { Order, OrderId, toOrder } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { orders } from '../schema.ts'

export const ordersGet = defineRoute({
  access: playerOrSecretKey('shop:read'),
  route: createRoute({
    operationId: 'orders.get',
    method: 'get',
    path: '/v1/orders/{orderId}',
    summary: 'Get an order',
    request: { params: z.object({ orderId: OrderId }) },
    responses: { 200: json(Order, 'The order'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { orderId } = c.req.valid('param')
    const db = drizzle(c.env.SHOP_DB)
    const [order] = await db
      .select()
      .from(orders)
      .where(and(eq(orders.projectId, caller.projectId), eq(orders.id, orderId)))
    const mayRead = actsForProject(caller) || order?.userId === caller.actorId
    if (!order || !mayRead) throw problem('not_found')
    const effects = await effectsOf(db, caller.projectId, [orderId])
    return c.json(toOrder(order, effects(orderId)), 200)
  },
})
