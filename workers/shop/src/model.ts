/** The nouns of this Worker, as clients see them, and how rows become them. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import { IdOf } from '@coinop/shared/ids'
import { Amount, amountMax, CurrencyCode } from '@coinop/shared/money'
import { Text } from '@coinop/shared/text'
import type { OrderRow, ProductRow } from './schema.ts'

/** Largest stock of one item. */
export const stockMax = 1_000_000_000
/** Most pieces in one order. */
export const quantityMax = 1_000

export const orderStatuses = ['pending', 'paid', 'refused'] as const
/** Why an order was refused after its stock was reserved; also the code of the answer. */
export const orderRefusals = [
  'insufficient_funds',
  'currency_not_found',
  'buyer_not_found',
] as const
export type OrderRefusal = (typeof orderRefusals)[number]

export const ItemId = IdOf('itm')
export const OrderId = IdOf('ord')
export const UserId = IdOf('usr')

const Name = Text(100).trim().min(1).openapi({ example: 'Iron sword' })
const Description = Text(1_000).openapi({ example: 'Sharp enough.' })
const Price = z.strictObject({ currency: CurrencyCode, amount: Amount })
const Stock = z
  .int()
  .min(0)
  .max(stockMax)
  .nullable()
  .openapi({ description: 'What can still be bought; null: unlimited', example: 25 })

export const Item = z
  .strictObject({
    id: ItemId,
    name: Name,
    description: Description,
    price: Price,
    stock: Stock,
    isActive: z.boolean().openapi({ description: 'Whether players see it and can buy it' }),
    version: z.int().min(1).openapi({ description: 'Grows by 1 with each change of the item' }),
    createdAt: z.iso.datetime(),
  })
  .openapi('Item')
export type Item = z.infer<typeof Item>

export const NewItem = z
  .strictObject({
    name: Name,
    description: Description.default(''),
    price: Price,
    stock: Stock.default(null),
    isActive: z.boolean().default(true),
  })
  .openapi('NewItem')
export type NewItem = z.infer<typeof NewItem>

export const ItemPatch = z
  .strictObject({
    name: Name.optional(),
    description: Description.optional(),
    price: Price.optional(),
    stock: Stock.optional().openapi({
      description: 'What can be bought from now on; null: unlimited',
    }),
    isActive: z.boolean().optional(),
  })
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), {
    message: 'Name at least one field to change.',
  })
  .openapi('ItemPatch')
export type ItemPatch = z.infer<typeof ItemPatch>

export const Quantity = z.int().min(1).max(quantityMax)

export const NewPurchase = z
  .strictObject({
    itemId: ItemId,
    quantity: Quantity.default(1),
    expectedPrice: Amount.optional().openapi({
      description:
        'The price of one piece that the buyer was shown; any other refuses the purchase',
    }),
    userId: UserId.optional().openapi({ description: 'Required unless a player asks' }),
  })
  .openapi('NewPurchase')

export const Order = z
  .strictObject({
    id: OrderId,
    userId: UserId,
    item: z
      .strictObject({ id: ItemId, name: Name, version: z.int().min(1) })
      .openapi({ description: 'What was bought, as it was then' }),
    quantity: Quantity,
    unitPrice: Amount,
    totalPrice: Amount,
    currency: CurrencyCode,
    status: z.enum(orderStatuses).openapi({
      description:
        'pending: ends within minutes; the same purchase with the same key ends it at once',
    }),
    refusal: z.enum(orderRefusals).nullable(),
    createdAt: z.iso.datetime(),
    purchasedAt: z.iso.datetime().nullable(),
  })
  .openapi('Order')
export type Order = z.infer<typeof Order>

export const InventoryItem = z
  .strictObject({
    item: z.strictObject({ id: ItemId, name: Name }),
    quantity: z.int().min(1),
  })
  .openapi('InventoryItem')
export type InventoryItem = z.infer<typeof InventoryItem>

/** Two names that differ only in case or in compatible characters have the same key. */
export const nameKeyOf = (name: string): string => name.trim().normalize('NFKC').toLowerCase()

/** Whether one order may cost this much. */
export const isWithinTotal = (price: number, quantity: number): boolean =>
  price * quantity <= amountMax

export const toItem = ({ currency, price, createdAt, ...row }: ProductRow): Item => ({
  id: row.id,
  name: row.name,
  description: row.description,
  price: { currency, amount: price },
  stock: row.stock,
  isActive: row.isActive,
  version: row.version,
  createdAt: isoTime(createdAt),
})

export const toOrder = (row: OrderRow): Order => ({
  id: row.id,
  userId: row.userId,
  item: { id: row.itemId, name: row.itemName, version: row.itemVersion },
  quantity: row.quantity,
  unitPrice: row.unitPrice,
  totalPrice: row.totalPrice,
  currency: row.currency,
  status: row.status,
  refusal: row.refusal,
  createdAt: isoTime(row.createdAt),
  purchasedAt: row.purchasedAt === null ? null : isoTime(row.purchasedAt),
})
