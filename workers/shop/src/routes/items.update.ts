/** Changes an item; orders keep what was bought. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { noteChange, sendNotes } from '@coinop/shared/audit'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { updateItem } from '../catalogue.ts'
import { defineRoute } from '../env.ts'
import { checkItem, uniqueSku } from '../item-check.ts'
import { ItemId } from '../item-parts.ts'
import { Item, ItemPatch } from '../model.ts'
import { problem, problems } from '../problems.ts'

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
    const caller = c.get('caller')
    const { projectId, actorId } = caller
    const { itemId } = c.req.valid('param')
    const patch = c.req.valid('json')
    const db = drizzle(c.env.SHOP_DB)
    const request = {
      db,
      projectId,
      actorId,
      key: c.get('idempotencyKey'),
      requestHash: requestHash('items.update', [itemId, patch]),
    }
    const { answer, replayed } = await once<Item>(request, async (recordOf) => {
      const change = { key: { projectId, id: itemId }, patch, check: checkItem }
      const item = await uniqueSku(() =>
        updateItem(db, change, async (changed) => [
          noteChange(db, caller, { action: 'items.update', subject: itemId }),
          ...(await recordOf(changed)),
        ]),
      )
      if (!item) throw problem('item_not_found')
      return item
    })
    c.executionCtx.waitUntil(sendNotes(db, c.env.AUTH_AUDIT))
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(answer, 200)
  },
})
