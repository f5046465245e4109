/** Gives pieces to another user: they leave one inventory and are in the other, in one step and once per key. */
import { createRoute } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { drainOutbox } from '@coinop/shared/outbox'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { Gift, NewGift, toGift } from '../move-model.ts'
import { giveItem } from '../moves.ts'
import { problem, problems } from '../problems.ts'

export const inventoryGive = defineRoute({
  access: playerOrSecretKey('shop:write'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'inventory.give',
    method: 'post',
    path: '/v1/inventory/give',
    summary: 'Give an item to another user',
    request: { body: json(NewGift) },
    responses: {
      201: json(Gift, 'What was given'),
      ...problems(
        'item_not_found',
        'receiver_not_found',
        'same_user',
        'pieces_missing',
        'idempotency_conflict',
        'idempotency_key_required',
      ),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { userId: asked, ...wanted } = c.req.valid('json')
    const userId = subjectOf(caller, asked, '/body/userId')
    const done = await giveItem(c.env, caller, { ...wanted, userId, key: c.get('idempotencyKey') })
    if (!done.ok) throw problem(done.code)
    const { move, replayed } = done.value
    if (replayed) c.header('idempotency-replayed', 'true')
    else c.executionCtx.waitUntil(drainOutbox(drizzle(c.env.SHOP_DB), c.env.EVENTS_APPENDS))
    return c.json(toGift(move), 201)
  },
})
