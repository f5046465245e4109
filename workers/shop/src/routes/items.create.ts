/** Adds an item to the catalogue. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { noteChange, sendNotes } from '@coinop/shared/audit'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { newId } from '@coinop/shared/ids'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { rowOf } from '../catalogue.ts'
import { defineRoute } from '../env.ts'
import { checkItem, uniqueSku } from '../item-check.ts'
import { Item, NewItem, toItem } from '../model.ts'
import { problems } from '../problems.ts'
import { products } from '../schema.ts'

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
    const caller = c.get('caller')
    const { projectId, actorId } = caller
    const wanted = c.req.valid('json')
    const db = drizzle(c.env.SHOP_DB)
    const request = {
      db,
      projectId,
      actorId,
      key: c.get('idempotencyKey'),
      requestHash: requestHash('items.create', wanted),
    }
    const { answer, replayed } = await once<Item>(request, async (recordOf) => {
      const row = rowOf(projectId, newId('itm'), wanted)
      await checkItem(db, row)
      const item = toItem(row)
      const note = noteChange(db, caller, { action: 'items.create', subject: row.id })
      const record = await recordOf(item)
      await uniqueSku(() => db.batch([db.insert(products).values(row), note, ...record]))
      return item
    })
    c.executionCtx.waitUntil(sendNotes(db, c.env.AUTH_AUDIT))
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(answer, 201)
  },
})
