/** Adds an item to the catalogue. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { sendNotes } from '@coinop/shared/audit'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { createItem } from '../item-changes.ts'
import { Item, NewItem } from '../model.ts'
import { problems } from '../problems.ts'

export const itemsCreate = defineRoute({
  access: secretKey('shop:write'),
  route: createRoute({
    operationId: 'items.create',
    method: 'post',
    path: '/v1/items',
    summary: 'Create an item',
    request: { body: json(NewItem) },
    responses: { 201: json(Item, 'The item'), ...problems('sku_taken', 'idempotency_conflict') },
  }),
  handler: async (c) => {
    const db = drizzle(c.env.SHOP_DB)
    const asked = { db, caller: c.get('caller'), key: c.get('idempotencyKey') }
    const { answer, replayed } = await createItem(asked, c.req.valid('json'))
    c.executionCtx.waitUntil(sendNotes(db, c.env.AUTH_AUDIT))
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(answer, 201)
  },
})
