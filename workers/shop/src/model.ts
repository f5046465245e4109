/** The nouns of this Worker, as clients see them, and how rows become them. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import { IdOf } from '@coinop/shared/ids'
import { Amount, amountMax, CurrencyCode } from '@coinop/shared/money'
import { Text } from '@coinop/shared/text'
import {
  Actions,
  Contents,
  Effect,
  Facts,
  ItemId,
  noRequirements,
  OtherPrices,
  Price,
  Quantity,
  Requirements,
} from './item-parts.ts'
import type { OrderRow, ProductRow } from './schema.ts'

/** Largest stock of one item. */
export const stockMax = 1_000_000_000
/** Most pieces that one user can buy where there is a limit. */
const limitPerUserMax = 1_000_000
const imageCharactersMax = 500

export const orderStatuses = ['pending', 'paid', 'refused', 'refunding', 'refunded'] as const
/** Why an order was refused after its stock was reserved; also the code of the answer. */
export const orderRefusals = [
  'insufficient_funds',
  'currency_not_found',
  'buyer_not_found',
] as const
export type OrderRefusal = (typeof orderRefusals)[number]

export const OrderId = IdOf('ord')
export const UserId = IdOf('usr')

const Name = Text(100).trim().min(1).openapi({ example: 'Iron sword' })
const Description = Text(1_000).openapi({ example: 'Sharp enough.' })
const Stock = z
  .int()
  .min(0)
  .max(stockMax)
  .nullable()
  .openapi({ description: 'What can still be bought; null: unlimited', example: 25 })

export const Sku = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/, 'Expected 1 to 64 characters: a-z, 0-9, _, . and -.')
  .openapi({ description: 'Your own name for the item, once in a project', example: 'iron-sword' })
const Image = z
  .url({ protocol: /^https$/ })
  .max(imageCharactersMax)
  .nullable()
  .openapi({ description: 'An https address', example: 'https://cdn.example/sword.png' })
const SaleTime = z.iso.datetime().nullable()
const LimitPerUser = z
  .int()
  .min(1)
  .max(limitPerUserMax)
  .nullable()
  .openapi({ description: 'Most pieces that one user can buy; null: no limit', example: 3 })
const OnPurchase = Actions.openapi({ description: 'What one piece brings when it is bought' })
const OnUse = Actions.nullable().openapi({
  description: 'What one piece brings when it is used; null: it cannot be used',
})

export const Item = z
  .strictObject({
    id: ItemId,
    sku: Sku,
    name: Name,
    description: Description,
    image: Image,
    price: Price,
    otherPrices: OtherPrices,
    stock: Stock,
    saleStartsAt: SaleTime.openapi({ description: 'Not for sale before; null: at once' }),
    saleEndsAt: SaleTime.openapi({ description: 'Not for sale from then on; null: for ever' }),
    limitPerUser: LimitPerUser,
    requirements: Requirements,
    onPurchase: OnPurchase,
    onUse: OnUse,
    contents: Contents,
    isActive: z.boolean().openapi({ description: 'Whether players see it and can buy it' }),
    version: z.int().min(1).openapi({ description: 'Grows by 1 with each change of the item' }),
    createdAt: z.iso.datetime(),
  })
  .openapi('Item')
export type Item = z.infer<typeof Item>

/** What an item is when nothing is said. */
const newItem = {
  name: Name,
  description: Description.default(''),
  image: Image.default(null),
  price: Price,
  otherPrices: OtherPrices.default([]),
  stock: Stock.default(null),
  saleStartsAt: SaleTime.default(null),
  saleEndsAt: SaleTime.default(null),
  limitPerUser: LimitPerUser.default(null),
  requirements: Requirements.default(noRequirements),
  onPurchase: OnPurchase.default([]),
  onUse: OnUse.default(null),
  contents: Contents.default([]),
  isActive: z.boolean().default(true),
}
export const NewItem = z
  .strictObject({
    sku: Sku.optional().openapi({ description: 'Without it the id of the item' }),
    ...newItem,
  })
  .openapi('NewItem')
export type NewItem = z.infer<typeof NewItem>

export const ItemPatch = z
  .strictObject({
    sku: Sku.optional(),
    name: Name.optional(),
    description: Description.optional(),
    image: Image.optional(),
    price: Price.optional(),
    otherPrices: OtherPrices.optional(),
    stock: Stock.optional().openapi({
      description: 'What can be bought from now on; null: unlimited',
    }),
    saleStartsAt: SaleTime.optional(),
    saleEndsAt: SaleTime.optional(),
    limitPerUser: LimitPerUser.optional(),
    requirements: Requirements.optional(),
    onPurchase: OnPurchase.optional(),
    onUse: OnUse.optional(),
    contents: Contents.optional(),
    isActive: z.boolean().optional(),
  })
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), {
    message: 'Name at least one field to change.',
  })
  .openapi('ItemPatch')
export type ItemPatch = z.infer<typeof ItemPatch>

/** One item in an export or an import: its fields by the name `sku`, which also stands wherever it names another item. */
export const ItemRecord = z.strictObject({ sku: Sku, ...newItem }).openapi('ItemRecord')

export const NewPurchase = z
  .strictObject({
    itemId: ItemId,
    quantity: Quantity.default(1),
    expectedPrice: Amount.optional().openapi({
      description:
        'The price of one piece that the buyer was shown; any other refuses the purchase',
    }),
    currency: CurrencyCode.optional().openapi({
      description: 'Which of the prices is paid; without it the one in `price`',
    }),
    facts: Facts.optional().openapi({
      description: 'What a server knows of the buyer; refused from a player',
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
    items: z.array(z.strictObject({ itemId: ItemId, quantity: z.int().min(1) })).openapi({
      description: 'What goes into the inventory, as it was then: bundles and actions included',
    }),
    unitPrice: Amount,
    totalPrice: Amount,
    currency: CurrencyCode,
    status: z.enum(orderStatuses).openapi({
      description: 'pending, refunding: ends within minutes; the same request ends it at once',
    }),
    refusal: z.enum(orderRefusals).nullable(),
    effects: z.array(Effect).openapi({ description: 'What else the purchase brings, once paid' }),
    createdAt: z.iso.datetime(),
    purchasedAt: z.iso.datetime().nullable(),
    refundedAt: z.iso.datetime().nullable(),
  })
  .openapi('Order')
export type Order = z.infer<typeof Order>

export const InventoryItem = z
  .strictObject({
    item: z.strictObject({ id: ItemId, name: Name }),
    quantity: z.int().min(1).openapi({ description: 'All that the user owns' }),
    held: z.int().min(0).openapi({
      description:
        'Of these, what a trade that is being settled has set aside: nothing else can take it',
    }),
    isUsable: z.boolean(),
  })
  .openapi('InventoryItem')
export type InventoryItem = z.infer<typeof InventoryItem>

/** Two names that differ only in case or in compatible characters have the same key. */
export const nameKeyOf = (name: string): string => name.trim().normalize('NFKC').toLowerCase()

/** Whether one order may cost this much. */
export const isWithinTotal = (price: number, quantity: number): boolean =>
  price * quantity <= amountMax

const timeOf = (at: number | null) => (at === null ? null : isoTime(at))

export const toItem = ({ currency, price, createdAt, ...row }: ProductRow): Item => ({
  id: row.id,
  sku: row.sku,
  name: row.name,
  description: row.description,
  image: row.image,
  price: { currency, amount: price },
  otherPrices: row.otherPrices,
  stock: row.stock,
  saleStartsAt: timeOf(row.saleStartsAt),
  saleEndsAt: timeOf(row.saleEndsAt),
  limitPerUser: row.limitPerUser,
  requirements: row.requirements,
  onPurchase: row.onPurchase,
  onUse: row.onUse,
  contents: row.contents,
  isActive: row.isActive,
  version: row.version,
  createdAt: isoTime(createdAt),
})

export const toOrder = (row: OrderRow, effects: Effect[]): Order => ({
  id: row.id,
  userId: row.userId,
  item: { id: row.itemId, name: row.itemName, version: row.itemVersion },
  quantity: row.quantity,
  items: row.grants,
  unitPrice: row.unitPrice,
  totalPrice: row.totalPrice,
  currency: row.currency,
  status: row.status,
  refusal: row.refusal,
  effects,
  createdAt: isoTime(row.createdAt),
  purchasedAt: timeOf(row.purchasedAt),
  refundedAt: timeOf(row.refundedAt),
})
