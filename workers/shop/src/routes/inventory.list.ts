/** What one user owns. A player asks for their own; a key names the user. */
import { createRoute } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { and, asc, eq, gt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { InventoryItem, UserId } from '../model.ts'
import { problems } from '../problems.ts'
import { inventory, products } from '../schema.ts'

export const inventoryList = defineRoute({
  access: playerOrSecretKey('shop:read'),
  route: createRoute({
    operationId: 'inventory.list',
    method: 'get',
    path: '/v1/inventory',
    summary: 'List what a user owns',
    request: { query: PageQuery.extend({ userId: UserId.optional() }) },
    responses: { 200: json(pageOf(InventoryItem), 'Items, oldest first'), ...problems() },
  }),
  handler: async (c) => {
    const { limit, cursor, ...query } = c.req.valid('query')
    const caller = c.get('caller')
    const { projectId } = caller
    const userId = subjectOf(caller, query.userId, '/query/userId')
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'inventory', filter: userId }
    const rows = await drizzle(c.env.SHOP_DB)
      .select({ id: inventory.itemId, name: products.name, quantity: inventory.quantity })
      .from(inventory)
      .innerJoin(
        products,
        and(eq(products.projectId, inventory.projectId), eq(products.id, inventory.itemId)),
      )
      .where(
        and(
          eq(inventory.projectId, projectId),
          eq(inventory.userId, userId),
          gt(inventory.itemId, readCursor(scope, cursor) ?? ''),
        ),
      )
      .orderBy(asc(inventory.itemId))
      .limit(limit + 1)
    const toInventoryItem = ({ id, name, quantity }: (typeof rows)[number]): InventoryItem => ({
      item: { id, name },
      quantity,
    })
    const page = toPage(rows, limit, toInventoryItem, ({ id }) => writeCursor(scope, id))
    return c.json(page, 200)
  },
})
