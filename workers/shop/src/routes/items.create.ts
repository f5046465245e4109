/** Adds an item to the catalogue. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { noteChange, sendNotes } from '@coinop/shared/audit'
import { now } from '@coinop/shared/clock'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { newId } from '@coinop/shared/ids'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { Item, nameKeyOf, NewItem, toItem } from '../model.ts'
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
    responses: { 201: json(Item, 'The item'), ...problems('idempotency_conflict') },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId, actorId } = caller
    const { price, ...wanted } = c.req.valid('json')
    const db = drizzle(c.env.SHOP_DB)
    const request = {
      db,
      projectId,
      actorId,
      key: c.get('idempotencyKey'),
      requestHash: requestHash('items.create', { ...wanted, price }),
    }
    const { answer, replayed } = await once<Item>(request, async (recordOf) => {
      const at = now()
      const row = {
        ...wanted,
        projectId,
        id: newId('itm'),
        nameKey: nameKeyOf(wanted.name),
        currency: price.currency,
        price: price.amount,
        version: 1,
        createdAt: at,
        updatedAt: at,
      }
      const item = toItem(row)
      const note = noteChange(db, caller, { action: 'items.create', subject: row.id })
      await db.batch([db.insert(products).values(row), note, ...(await recordOf(item))])
      return item
    })
    c.executionCtx.waitUntil(sendNotes(db, c.env.AUTH_AUDIT))
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(answer, 201)
  },
})
