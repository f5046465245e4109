/** Uses pieces up: they leave the inventory and the actions of the item run, once per key. */
import { createRoute } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { drainOutbox } from '@coinop/shared/outbox'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { effectsOf } from '../effects.ts'
import { defineRoute } from '../env.ts'
import { NewUse, toUse, Use } from '../move-model.ts'
import { useItem } from '../moves.ts'
import { problem, problems } from '../problems.ts'

export const inventoryUse = defineRoute({
  access: playerOrSecretKey('shop:write'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'inventory.use',
    method: 'post',
    path: '/v1/inventory/use',
    summary: 'Use an item',
    request: { body: json(NewUse) },
    responses: {
      201: json(Use, 'What was used, and what it brings'),
      ...problems(
        'item_not_found',
        'item_not_usable',
        'pieces_missing',
        'total_limit_exceeded',
        'idempotency_conflict',
        'idempotency_key_required',
      ),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { itemId, quantity, userId: asked } = c.req.valid('json')
    const userId = subjectOf(caller, asked, '/body/userId')
    const wanted = { userId, itemId, quantity, key: c.get('idempotencyKey') }
    const done = await useItem(c.env, caller, wanted)
    if (!done.ok) throw problem(done.code)
    const { move, replayed } = done.value
    const db = drizzle(c.env.SHOP_DB)
    if (replayed) c.header('idempotency-replayed', 'true')
    else c.executionCtx.waitUntil(drainOutbox(db, c.env.EVENTS_APPENDS))
    const effects = await effectsOf(db, caller.projectId, [move.id])
    return c.json(toUse(move, effects(move.id)), 201)
  },
})
