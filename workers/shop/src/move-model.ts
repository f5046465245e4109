/** What leaves an inventory, as clients see it: a use, a gift. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import { IdOf } from '@coinop/shared/ids'
import { Effect, ItemId, Quantity } from './item-parts.ts'
import { UserId } from './model.ts'
import type { MoveRow } from './schema.ts'

const subject = {
  itemId: ItemId,
  quantity: Quantity.default(1),
  userId: UserId.optional().openapi({ description: 'Required unless a player asks' }),
}

export const NewUse = z.strictObject(subject).openapi('NewUse')
export const NewGift = z
  .strictObject({ ...subject, to: UserId.openapi({ description: 'Who gets the pieces' }) })
  .openapi('NewGift')

const moved = {
  userId: UserId,
  item: z.strictObject({ id: ItemId, name: z.string() }),
  quantity: Quantity,
}
export const Use = z
  .strictObject({
    id: IdOf('use'),
    ...moved,
    items: z
      .array(z.strictObject({ itemId: ItemId, quantity: z.int().min(1) }))
      .openapi({ description: 'What it brought into the inventory' }),
    effects: z.array(Effect).openapi({ description: 'What else it brings' }),
    createdAt: z.iso.datetime(),
  })
  .openapi('Use')
export type Use = z.infer<typeof Use>

export const Gift = z
  .strictObject({ id: IdOf('gft'), ...moved, to: UserId, createdAt: z.iso.datetime() })
  .openapi('Gift')
export type Gift = z.infer<typeof Gift>

const toMoved = ({ id, userId, itemId, itemName, quantity }: MoveRow) => ({
  id,
  userId,
  item: { id: itemId, name: itemName },
  quantity,
})

export const toUse = (row: MoveRow, effects: Effect[]): Use => ({
  ...toMoved(row),
  items: row.grants,
  effects,
  createdAt: isoTime(row.createdAt),
})

export const toGift = (row: MoveRow): Gift => ({
  ...toMoved(row),
  to: row.recipientId,
  createdAt: isoTime(row.createdAt),
})
