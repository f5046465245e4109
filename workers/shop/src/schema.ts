/** The tables of SHOP_DB: the catalogue, the orders, and who owns what. */
import { sql } from 'drizzle-orm'
import {
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'
import {
  type Action,
  effectStates,
  type HeldPieces,
  type NewEffect,
  type Pieces,
  type Place,
  type Price,
  type Requirements,
} from './item-parts.ts'
import { type OrderRefusal, orderStatuses } from './model.ts'

export { auditOutbox } from '@coinop/shared/audit'
export { idempotency } from '@coinop/shared/idempotency'
export { outbox } from '@coinop/shared/outbox'

export const products = sqliteTable(
  'products',
  {
    projectId: text('project_id').notNull(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    /** The name as `nameKeyOf` folds it, since SQLite ignores the case of ASCII letters only. */
    nameKey: text('name_key').notNull(),
    description: text('description').notNull(),
    currency: text('currency').notNull(),
    price: integer('price').notNull(),
    /** Null when there is no end of it. */
    stock: integer('stock'),
    isActive: integer('is_active', { mode: 'boolean' }).notNull(),
    version: integer('version').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    /** The project's own name for it; the id where it gave none. */
    sku: text('sku').notNull().default(''),
    image: text('image'),
    otherPrices: text('other_prices', { mode: 'json' }).$type<Price[]>().notNull().default([]),
    saleStartsAt: integer('sale_starts_at'),
    saleEndsAt: integer('sale_ends_at'),
    limitPerUser: integer('limit_per_user'),
    requirements: text('requirements', { mode: 'json' })
      .$type<Requirements>()
      .notNull()
      .default({ all: [], any: [], none: [] }),
    onPurchase: text('on_purchase', { mode: 'json' }).$type<Action[]>().notNull().default([]),
    /** Null when it cannot be used. */
    onUse: text('on_use', { mode: 'json' }).$type<Action[]>(),
    contents: text('contents', { mode: 'json' }).$type<Pieces[]>().notNull().default([]),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.id] }),
    uniqueIndex('products_by_sku').on(table.projectId, table.sku),
    // With these a page for players never reads past what they may not see.
    index('products_active').on(table.projectId, table.isActive, table.id),
    index('products_by_name').on(table.projectId, table.nameKey, table.isActive, table.id),
    // The last line of defence against overselling: a write that would break it undoes its whole batch.
    check('products_stock', sql`stock >= 0`),
  ],
)

export const orders = sqliteTable(
  'orders',
  {
    projectId: text('project_id').notNull(),
    id: text('id').notNull(),
    userId: text('user_id').notNull(),
    itemId: text('item_id').notNull(),
    itemVersion: integer('item_version').notNull(),
    itemName: text('item_name').notNull(),
    quantity: integer('quantity').notNull(),
    /** What was taken out of stock: the quantity, or 0 when the stock was unlimited then. */
    reserved: integer('reserved').notNull(),
    unitPrice: integer('unit_price').notNull(),
    totalPrice: integer('total_price').notNull(),
    currency: text('currency').notNull(),
    status: text('status', { enum: orderStatuses }).notNull(),
    refusal: text('refusal').$type<OrderRefusal>(),
    idempotencyKey: text('idempotency_key').notNull(),
    requestHash: text('request_hash').notNull(),
    createdAt: integer('created_at').notNull(),
    purchasedAt: integer('purchased_at'),
    /** What goes into the inventory: for all pieces of the order, one line per item. */
    grants: text('grants', { mode: 'json' }).$type<Pieces[]>().notNull().default([]),
    /** What else a payment brings; in the table `effects` from then on. */
    effects: text('effects', { mode: 'json' }).$type<NewEffect[]>().notNull().default([]),
    /** Whether its pieces stand in `purchase_counts`. */
    isCounted: integer('is_counted', { mode: 'boolean' }).notNull().default(false),
    refundStartedAt: integer('refund_started_at'),
    refundedAt: integer('refunded_at'),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.id] }),
    uniqueIndex('orders_by_key').on(table.projectId, table.userId, table.idempotencyKey),
    index('orders_by_user').on(table.projectId, table.userId, table.id),
    // Only what is unfinished, for the sweep.
    index('orders_pending')
      .on(table.createdAt)
      .where(sql`status = 'pending'`),
    index('orders_refunding')
      .on(table.refundStartedAt)
      .where(sql`status = 'refunding'`),
  ],
)

export const inventory = sqliteTable(
  'inventory',
  {
    projectId: text('project_id').notNull(),
    userId: text('user_id').notNull(),
    itemId: text('item_id').notNull(),
    /** What can be used, given, refunded or set aside. */
    quantity: integer('quantity').notNull(),
    /** What trades have set aside: it is the user's still, and nothing else may take it. */
    held: integer('held').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.userId, table.itemId] })],
)

/** What trades have set aside, and what became of it; `id` is the trade's. */
export const pieceHolds = sqliteTable(
  'piece_holds',
  {
    projectId: text('project_id').notNull(),
    id: text('id').notNull(),
    state: text('state', { enum: ['held', 'given', 'released'] }).notNull(),
    /** Of both sides; empty where the trade was over before it set anything aside. */
    pieces: text('pieces', { mode: 'json' }).$type<HeldPieces[]>().notNull(),
    createdAt: integer('created_at').notNull(),
    endedAt: integer('ended_at'),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
)

/** What users have bought of items with a limit per user. */
export const purchaseCounts = sqliteTable(
  'purchase_counts',
  {
    projectId: text('project_id').notNull(),
    userId: text('user_id').notNull(),
    itemId: text('item_id').notNull(),
    quantity: integer('quantity').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.userId, table.itemId] })],
)

/** Pieces that left an inventory: used, or given to another user. */
export const moves = sqliteTable(
  'moves',
  {
    projectId: text('project_id').notNull(),
    id: text('id').notNull(),
    kind: text('kind', { enum: ['use', 'gift'] }).notNull(),
    userId: text('user_id').notNull(),
    /** Who gets what it brings: the user themselves, or whom the gift is for. */
    recipientId: text('recipient_id').notNull(),
    itemId: text('item_id').notNull(),
    itemName: text('item_name').notNull(),
    quantity: integer('quantity').notNull(),
    grants: text('grants', { mode: 'json' }).$type<Pieces[]>().notNull(),
    effects: text('effects', { mode: 'json' }).$type<NewEffect[]>().notNull(),
    idempotencyKey: text('idempotency_key').notNull(),
    requestHash: text('request_hash').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.id] }),
    uniqueIndex('moves_by_key').on(table.projectId, table.userId, table.idempotencyKey),
  ],
)

/** What a purchase or a use brings outside of this database: currency at the wallet, roles at Discord. */
export const effects = sqliteTable(
  'effects',
  {
    projectId: text('project_id').notNull(),
    /** The id of the order or the use. */
    sourceId: text('source_id').notNull(),
    position: integer('position').notNull(),
    userId: text('user_id').notNull(),
    kind: text('kind').$type<NewEffect['kind']>().notNull(),
    currency: text('currency'),
    amount: integer('amount'),
    roleId: text('role_id'),
    state: text('state', { enum: effectStates }).notNull(),
    reason: text('reason'),
    createdAt: integer('created_at').notNull(),
    /** Of a role: where at Discord it is to be had. Null when nobody said. */
    place: text('place', { mode: 'json' }).$type<Place>(),
    /** How often it was tried in vain. */
    tries: integer('tries').notNull().default(0),
    /** When it is to be tried next; null when it is not, or not any more. */
    dueAt: integer('due_at'),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.sourceId, table.position] }),
    index('effects_due')
      .on(table.dueAt)
      .where(sql`due_at IS NOT NULL`),
    // Only what is to be done, for the sweep and for Discord.
    index('effects_pending')
      .on(table.kind, table.createdAt)
      .where(sql`state = 'pending'`),
  ],
)

export type ProductRow = typeof products.$inferSelect
export type OrderRow = typeof orders.$inferSelect
export type MoveRow = typeof moves.$inferSelect
export type PieceHoldRow = typeof pieceHolds.$inferSelect
export type EffectRow = typeof effects.$inferSelect
