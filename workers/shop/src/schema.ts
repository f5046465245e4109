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
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.id] }),
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
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.id] }),
    uniqueIndex('orders_by_key').on(table.projectId, table.userId, table.idempotencyKey),
    index('orders_by_user').on(table.projectId, table.userId, table.id),
    // Only what is unfinished, for the sweep.
    index('orders_pending')
      .on(table.createdAt)
      .where(sql`status = 'pending'`),
  ],
)

export const inventory = sqliteTable(
  'inventory',
  {
    projectId: text('project_id').notNull(),
    userId: text('user_id').notNull(),
    itemId: text('item_id').notNull(),
    quantity: integer('quantity').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.userId, table.itemId] })],
)

export type ProductRow = typeof products.$inferSelect
export type OrderRow = typeof orders.$inferSelect
