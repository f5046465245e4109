/** What one user owns. A player asks for their own; a key names the user. */
import { createRoute } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { listInventory } from '../inventory.ts'
import { InventoryItem, UserId } from '../model.ts'
import { problems } from '../problems.ts'

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
    const rows = await listInventory(drizzle(c.env.SHOP_DB), projectId, {
      userId,
      after: readCursor(scope, cursor) ?? '',
      limit: limit + 1,
    })
    const cursorOf = ({ item }: InventoryItem) => writeCursor(scope, item.id)
    return c.json(
      toPage(rows, limit, (line) => line, cursorOf),
      200,
    )
  },
})
