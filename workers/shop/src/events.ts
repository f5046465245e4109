/** What the shop announces. */
import { defineEvents } from '@coinop/shared/events'
import { z } from 'zod'

const order = {
  orderId: z.string(),
  userId: z.string(),
  itemId: z.string(),
  itemVersion: z.int(),
  itemName: z.string(),
  quantity: z.int(),
  unitPrice: z.int(),
  totalPrice: z.int(),
  currency: z.string(),
}

const role = {
  effectId: z.string(),
  sourceId: z.string(),
  userId: z.string(),
  roleId: z.string(),
}

export const { schemas, eventOf } = defineEvents({
  /** The price was taken and the items are in the buyer's inventory. */
  'shop.order.paid': z.strictObject(order),
  /** The price could not be taken; the stock is back. */
  'shop.order.refused': z.strictObject({ ...order, refusal: z.string() }),
  /** The price is back with the buyer, the pieces are out of the inventory, the stock is back. */
  'shop.order.refunded': z.strictObject(order),
  /** The pieces are out of the inventory; what the use brings is in it, or follows. */
  'shop.item.used': z.strictObject({
    useId: z.string(),
    userId: z.string(),
    itemId: z.string(),
    itemName: z.string(),
    quantity: z.int(),
  }),
  /** The pieces are in the inventory of `recipientId`. */
  'shop.item.given': z.strictObject({
    giftId: z.string(),
    userId: z.string(),
    recipientId: z.string(),
    itemId: z.string(),
    itemName: z.string(),
    quantity: z.int(),
  }),
  /** The pieces are in the inventory of `recipientId`, as a trade had it; one event per item and side. */
  'shop.item.traded': z.strictObject({
    tradeId: z.string(),
    userId: z.string(),
    recipientId: z.string(),
    itemId: z.string(),
    itemName: z.string(),
    quantity: z.int(),
  }),
  /** Discord has given the role to the user. */
  'shop.role.granted': z.strictObject(role),
  /** Discord has taken it away: its order was refunded. */
  'shop.role.revoked': z.strictObject(role),
})
