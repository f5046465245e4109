/**
 * The records of a purchase in SHOP_DB. Each step is one batch, which is one transaction, and each of its statements
 * asks what the order is just then: a step that is repeated, or runs twice at once, changes nothing the second time.
 */
import { isoTime, now } from '@coinop/shared/clock'
import type { EventEnvelope } from '@coinop/shared/events'
import { newId } from '@coinop/shared/ids'
import { amountMax } from '@coinop/shared/money'
import { fail, ok, type Result } from '@coinop/shared/result'
import { and, eq, isNotNull, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { eventOf } from './events.ts'
import { isWithinTotal, type OrderRefusal } from './model.ts'
import { inventory, type OrderRow, orders, outbox, type ProductRow, products } from './schema.ts'

export type Reservation = {
  projectId: string
  userId: string
  itemId: string
  quantity: number
  /** Minor units for one piece; null when the buyer takes any price. */
  expectedPrice: number | null
  key: string
  requestHash: string
}
/** `replayed` when the key had its order before. */
export type Reserved = { order: OrderRow; replayed: boolean }
export type ReservationRefusal =
  | 'item_not_found'
  | 'item_unavailable'
  | 'price_changed'
  | 'total_limit_exceeded'
  | 'out_of_stock'
  | 'idempotency_conflict'

/** Takes the pieces out of stock and opens a `pending` order for them, or finds the order that the key already has. */
export async function reserve(
  db: DrizzleD1Database,
  reservation: Reservation,
): Promise<Result<Reserved, ReservationRefusal>> {
  const { projectId, userId, itemId, key, requestHash } = reservation
  const id = newId('ord')
  const ofKey = and(
    eq(orders.projectId, projectId),
    eq(orders.userId, userId),
    eq(orders.idempotencyKey, key),
  )
  const isItem = and(eq(products.projectId, projectId), eq(products.id, itemId))
  const [, , [order], [product]] = await db.batch([
    openOrder(db, id, reservation),
    takeStock(db, id, reservation),
    db.select().from(orders).where(ofKey),
    db.select().from(products).where(isItem),
  ])
  if (!order) return fail(refusalOf(product, reservation))
  if (order.requestHash !== requestHash) return fail('idempotency_conflict')
  return ok({ order, replayed: order.id !== id })
}

/** Inserts the order unless the key has one or the item cannot be had on these terms. */
function openOrder(db: DrizzleD1Database, id: string, reservation: Reservation) {
  const { projectId, userId, itemId, quantity, expectedPrice, key, requestHash } = reservation
  const onTheseTerms = sql`${products.projectId} = ${projectId} AND ${products.id} = ${itemId}
    AND ${products.isActive} = 1
    AND (${products.stock} IS NULL OR ${products.stock} >= ${quantity})
    AND (${expectedPrice} IS NULL OR ${products.price} = ${expectedPrice})
    AND ${products.price} * ${quantity} <= ${amountMax}`
  return db
    .insert(orders)
    .select((query) =>
      query
        .select({
          projectId: products.projectId,
          id: sql<string>`${id}`.as('id'),
          userId: sql<string>`${userId}`.as('user_id'),
          itemId: sql<string>`${products.id}`.as('item_id'),
          itemVersion: sql<number>`${products.version}`.as('item_version'),
          itemName: sql<string>`${products.name}`.as('item_name'),
          quantity: sql<number>`${quantity}`.as('quantity'),
          reserved: sql<number>`iif(${products.stock} IS NULL, 0, ${quantity})`.as('reserved'),
          unitPrice: sql<number>`${products.price}`.as('unit_price'),
          totalPrice: sql<number>`${products.price} * ${quantity}`.as('total_price'),
          currency: products.currency,
          status: sql<'pending'>`'pending'`.as('status'),
          refusal: sql<null>`NULL`.as('refusal'),
          idempotencyKey: sql<string>`${key}`.as('idempotency_key'),
          requestHash: sql<string>`${requestHash}`.as('request_hash'),
          createdAt: sql<number>`${now()}`.as('created_at'),
          purchasedAt: sql<null>`NULL`.as('purchased_at'),
        })
        .from(products)
        .where(onTheseTerms),
    )
    .onConflictDoNothing({ target: [orders.projectId, orders.userId, orders.idempotencyKey] })
}

/** Only when the statement before it opened this very order: the id is new, so nobody else can have. */
const takeStock = (
  db: DrizzleD1Database,
  id: string,
  { projectId, itemId, quantity }: Reservation,
) =>
  db
    .update(products)
    .set({ stock: sql`${products.stock} - ${quantity}` })
    .where(
      and(
        eq(products.projectId, projectId),
        eq(products.id, itemId),
        isNotNull(products.stock),
        sql`EXISTS (SELECT 1 FROM ${orders} WHERE ${orders.projectId} = ${projectId} AND ${orders.id} = ${id})`,
      ),
    )

/** Why no order was opened, from the item as it was in the same transaction. */
function refusalOf(
  product: ProductRow | undefined,
  { quantity, expectedPrice }: Reservation,
): ReservationRefusal {
  if (!product) return 'item_not_found'
  if (!product.isActive) return 'item_unavailable'
  if (expectedPrice !== null && product.price !== expectedPrice) return 'price_changed'
  if (!isWithinTotal(product.price, quantity)) return 'total_limit_exceeded'
  return 'out_of_stock'
}

/** Ends a pending order well: the pieces go to the buyer. Answers the order as it is afterwards, whoever ended it. */
export async function pay(db: DrizzleD1Database, order: OrderRow): Promise<OrderRow> {
  const at = now()
  const event = eventOf('shop.order.paid', { subject: order.id, at, data: factsOf(order) })
  const grant = db
    .insert(inventory)
    .select((query) =>
      query
        .select({
          projectId: orders.projectId,
          userId: orders.userId,
          itemId: orders.itemId,
          quantity: orders.quantity,
        })
        .from(orders)
        .where(isPending(order)),
    )
    .onConflictDoUpdate({
      target: [inventory.projectId, inventory.userId, inventory.itemId],
      set: { quantity: sql`${inventory.quantity} + excluded.quantity` },
    })
  const [, , , [ended]] = await db.batch([
    grant,
    announceOnce(db, order, event),
    // Last, because the others ask whether the order is still pending.
    db.update(orders).set({ status: 'paid', purchasedAt: at }).where(isPending(order)),
    db.select().from(orders).where(isOrder(order)),
  ])
  return ended ?? missing(order)
}

/** Ends a pending order badly: the stock gets back what was reserved. Answers the order as it is afterwards. */
export async function refuse(
  db: DrizzleD1Database,
  order: OrderRow,
  refusal: OrderRefusal,
): Promise<OrderRow> {
  const data = { ...factsOf(order), refusal }
  const event = eventOf('shop.order.refused', { subject: order.id, at: now(), data })
  const giveBack = db
    .update(products)
    .set({ stock: sql`${products.stock} + ${order.reserved}` })
    .where(
      and(
        eq(products.projectId, order.projectId),
        eq(products.id, order.itemId),
        isNotNull(products.stock),
        sql`EXISTS (SELECT 1 FROM ${orders} WHERE ${isPending(order)})`,
      ),
    )
  const [, , , [ended]] = await db.batch([
    giveBack,
    announceOnce(db, order, event),
    db.update(orders).set({ status: 'refused', refusal }).where(isPending(order)),
    db.select().from(orders).where(isOrder(order)),
  ])
  return ended ?? missing(order)
}

type OrderKey = Pick<OrderRow, 'projectId' | 'id'>

const isOrder = ({ projectId, id }: OrderKey) =>
  and(eq(orders.projectId, projectId), eq(orders.id, id))
const isPending = (order: OrderKey) => and(isOrder(order), eq(orders.status, 'pending'))

const announceOnce = (db: DrizzleD1Database, order: OrderKey, event: EventEnvelope) =>
  db.insert(outbox).select((query) =>
    query
      .select({
        sequence: sql<number>`NULL`.as('sequence'),
        projectId: orders.projectId,
        event: sql<EventEnvelope>`${JSON.stringify(event)}`.as('event'),
      })
      .from(orders)
      .where(isPending(order)),
  )

const factsOf = (order: OrderRow) => ({
  orderId: order.id,
  userId: order.userId,
  itemId: order.itemId,
  itemVersion: order.itemVersion,
  itemName: order.itemName,
  quantity: order.quantity,
  unitPrice: order.unitPrice,
  totalPrice: order.totalPrice,
  currency: order.currency,
})

function missing({ id, createdAt }: OrderRow): never {
  throw new Error(`The order ${id} of ${isoTime(createdAt)} is gone`)
}
