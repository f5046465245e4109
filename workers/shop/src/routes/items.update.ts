/** Changes an item; orders keep what was bought. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { sendNotes } from '@coinop/shared/audit'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { changeItem } from '../item-changes.ts'
import { ItemId } from '../item-parts.ts'
import { Item, ItemPatch } from '../model.ts'
import { problems } from '../problems.ts'

export const itemsUpdate = defineRoute({
  access: secretKey('shop:write'),
  route: createRoute({
    operationId: 'items.update',
    method: 'patch',
    path: '/v1/items/{itemId}',
    summary: 'Change an item',
    request: { params: z.object({ itemId: ItemId }), body: json(ItemPatch) },
    responses: {
      200: json(Item, 'The item, with the next version'),
      ...problems('item_not_found', 'sku_taken', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const db = drizzle(c.env.SHOP_DB)
    const asked = { db, caller: c.get('caller'), key: c.get('idempotencyKey') }
    const change = { itemId: c.req.valid('param').itemId, patch: c.req.valid('json') }
    const { answer, replayed } = await changeItem(asked, change)
    c.executionCtx.waitUntil(sendNotes(db, c.env.AUTH_AUDIT))
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(answer, 200)
  },
})
