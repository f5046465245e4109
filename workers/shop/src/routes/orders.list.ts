/** The orders of one buyer, newest first. A player asks for their own; a key names the user. */
import { createRoute } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { and, desc, eq, lt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { effectsOf } from '../effects.ts'
import { defineRoute } from '../env.ts'
import { Order, toOrder, UserId } from '../model.ts'
import { problems } from '../problems.ts'
import { type OrderRow, orders } from '../schema.ts'

export const ordersList = defineRoute({
  access: playerOrSecretKey('shop:read'),
  route: createRoute({
    operationId: 'orders.list',
    method: 'get',
    path: '/v1/orders',
    summary: 'List the orders of a buyer',
    request: { query: PageQuery.extend({ userId: UserId.optional() }) },
    responses: { 200: json(pageOf(Order), 'Orders, newest first'), ...problems() },
  }),
  handler: async (c) => {
    const { limit, cursor, ...query } = c.req.valid('query')
    const caller = c.get('caller')
    const { projectId } = caller
    const userId = subjectOf(caller, query.userId, '/query/userId')
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'orders', filter: userId }
    const before = readCursor(scope, cursor)
    const db = drizzle(c.env.SHOP_DB)
    const rows = await db
      .select()
      .from(orders)
      .where(
        and(
          eq(orders.projectId, projectId),
          eq(orders.userId, userId),
          before === undefined ? undefined : lt(orders.id, before),
        ),
      )
      .orderBy(desc(orders.id))
      .limit(limit + 1)
    const effects = await effectsOf(
      db,
      projectId,
      rows.map(({ id }) => id),
    )
    const toShown = (row: OrderRow) => toOrder(row, effects(row.id))
    return c.json(
      toPage(rows, limit, toShown, ({ id }) => writeCursor(scope, id)),
      200,
    )
  },
})
