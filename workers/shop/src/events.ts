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

export const { schemas, eventOf } = defineEvents({
  /** The price was taken and the items are in the buyer's inventory. */
  'shop.order.paid': z.strictObject(order),
  /** The price could not be taken; the stock is back. */
  'shop.order.refused': z.strictObject({ ...order, refusal: z.string() }),
})
