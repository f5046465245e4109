/**
 * The records of a purchase in SHOP_DB. Each step is one batch, which is one transaction, and each of its statements
 * asks what the order is just then: a step that is repeated, or runs twice at once, changes nothing the second time.
 */
import { isoTime, now } from '@coinop/shared/clock'
import { derivedId, newId } from '@coinop/shared/ids'
import { Problem } from '@coinop/shared/problem'
import { fail, ok, type Result } from '@coinop/shared/result'
import { and, eq, isNotNull, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { eventOf } from './events.ts'
import type { OrderRefusal } from './model.ts'
import { announceIf, type Announced, grantPieces, noteEffects } from './pieces.ts'
import type { Asked, Terms, TermsRefusal } from './purchase-rules.ts'
import { type OrderRow, orders, type ProductRow, products, purchaseCounts } from './schema.ts'

export type Reservation = Asked & {
  projectId: string
  userId: string
  itemId: string
  key: string
  requestHash: string
}
/** `replayed` when the key had its order before. */
export type Reserved = { order: OrderRow; replayed: boolean }
export type ReservationRefusal = TermsRefusal | 'item_not_found' | 'idempotency_conflict'
/** What the buyer pays and gets, as far as it is known; asked again when the item has changed meanwhile. */
export type Appraise = (product: ProductRow, bought: number) => Promise<Result<Terms, TermsRefusal>>

/** Each attempt that fails is another's that succeeded. */
const attemptsMax = 20

/** Takes the pieces out of stock and opens a `pending` order for them, or finds the order that the key already has. */
export async function reserve(
  db: DrizzleD1Database,
  reservation: Reservation,
  appraise: Appraise,
): Promise<Result<Reserved, ReservationRefusal>> {
  const { projectId, itemId } = reservation
  const isItem = and(eq(products.projectId, projectId), eq(products.id, itemId))
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const [[earlier], [product], [count]] = await db.batch([
      db.select().from(orders).where(hasKey(reservation)),
      db.select().from(products).where(isItem),
      db.select().from(purchaseCounts).where(isCount(reservation)),
    ])
    if (earlier) return answerOf(earlier, reservation, true)
    if (!product) return fail('item_not_found')
    const terms = await appraise(product, count?.quantity ?? 0)
    if (!terms.ok) return terms
    const id = newId('ord')
    const order = await open(db, { id, product, terms: terms.value }, reservation)
    if (order) return answerOf(order, reservation, order.id !== id)
  }
  throw new Problem('unavailable', { headers: { 'retry-after': '1' } })
}

const answerOf = (order: OrderRow, { requestHash }: Reservation, replayed: boolean) =>
  order.requestHash === requestHash ? ok({ order, replayed }) : fail('idempotency_conflict')

const hasKey = ({ projectId, userId, key }: Reservation) =>
  and(eq(orders.projectId, projectId), eq(orders.userId, userId), eq(orders.idempotencyKey, key))

type Opening = { id: string; product: ProductRow; terms: Terms }

/** The order of the key; undefined when the item is no longer what the terms were made for. */
async function open(
  db: DrizzleD1Database,
  opening: Opening,
  reservation: Reservation,
): Promise<OrderRow | undefined> {
  const { id, product } = opening
  const { projectId, userId, itemId, quantity } = reservation
  const isLimited = product.limitPerUser !== null
  // The id is new: if the order is there, the statement before opened it.
  const isOpened = sql`EXISTS (SELECT 1 FROM ${orders} WHERE ${isOrder({ projectId, id })})`
  const takeStock = db
    .update(products)
    .set({ stock: sql`${products.stock} - ${quantity}` })
    .where(
      and(
        eq(products.projectId, projectId),
        eq(products.id, itemId),
        isNotNull(products.stock),
        isOpened,
      ),
    )
  const count = db
    .insert(purchaseCounts)
    .select(
      sql`SELECT ${projectId}, ${userId}, ${itemId}, ${quantity} WHERE ${isLimited ? 1 : 0} AND ${isOpened}`,
    )
    .onConflictDoUpdate({
      target: [purchaseCounts.projectId, purchaseCounts.userId, purchaseCounts.itemId],
      set: { quantity: sql`${purchaseCounts.quantity} + excluded.quantity` },
    })
  const [, [order]] = await db.batch([
    openOrder(db, opening, reservation),
    db.select().from(orders).where(hasKey(reservation)),
    takeStock,
    count,
  ])
  return order
}

/** Inserts the order unless the key has one or the item, its stock or the buyer's limit is not what it was. */
function openOrder(
  db: DrizzleD1Database,
  { id, product, terms }: Opening,
  reservation: Reservation,
) {
  const { projectId, userId, itemId, quantity, key, requestHash } = reservation
  const isLimited = product.limitPerUser !== null
  const withinLimit = isLimited
    ? sql`AND ${quantity} + coalesce((SELECT quantity FROM ${purchaseCounts} WHERE ${isCount(reservation)}), 0) <= ${product.limitPerUser}`
    : sql``
  const onTheseTerms = sql`${products.projectId} = ${projectId} AND ${products.id} = ${itemId}
    AND ${products.version} = ${product.version}
    AND (${products.stock} IS NULL OR ${products.stock} >= ${quantity}) ${withinLimit}`
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
          unitPrice: sql<number>`${terms.unitPrice}`.as('unit_price'),
          totalPrice: sql<number>`${terms.unitPrice * quantity}`.as('total_price'),
          currency: sql<string>`${terms.currency}`.as('currency'),
          status: sql<'pending'>`'pending'`.as('status'),
          refusal: sql<null>`NULL`.as('refusal'),
          idempotencyKey: sql<string>`${key}`.as('idempotency_key'),
          requestHash: sql<string>`${requestHash}`.as('request_hash'),
          createdAt: sql<number>`${now()}`.as('created_at'),
          purchasedAt: sql<null>`NULL`.as('purchased_at'),
          grants: sql<[]>`${JSON.stringify(terms.grants)}`.as('grants'),
          effects: sql<[]>`${JSON.stringify(terms.effects)}`.as('effects'),
          isCounted: sql<boolean>`${isLimited ? 1 : 0}`.as('is_counted'),
          refundStartedAt: sql<null>`NULL`.as('refund_started_at'),
          refundedAt: sql<null>`NULL`.as('refunded_at'),
        })
        .from(products)
        .where(onTheseTerms),
    )
    .onConflictDoNothing({ target: [orders.projectId, orders.userId, orders.idempotencyKey] })
}

/** `at`: when the money moved, as the wallet says. */
export type Moved = { at: number }

/** Follows from the order and from what the wallet says: whoever drives the order on makes the very same event. */
export function movedEvent(
  type: 'shop.order.paid' | 'shop.order.refunded',
  order: OrderRow,
  { at }: Moved,
) {
  const { projectId, id: subject } = order
  const id = derivedId('evt', at, `${type}/${projectId}/${subject}`)
  return eventOf(type, { id, subject, at, data: factsOf(order) })
}

/** Ends a pending order well: the pieces go to the buyer. Answers the order as it is afterwards, whoever ended it. */
export async function pay(
  db: DrizzleD1Database,
  order: OrderRow,
  { at, ...announced }: Moved & Announced,
): Promise<OrderRow> {
  const condition = isInState(order, 'pending')
  const [, , , , [ended]] = await db.batch([
    grantPieces(db, 'order', condition),
    noteEffects(db, 'order', { condition, at }),
    announceIf(db, 'order', { condition, ...announced }),
    // Last, because the others ask whether the order is still pending.
    db.update(orders).set({ status: 'paid', purchasedAt: at }).where(condition),
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
  const condition = isInState(order, 'pending')
  const [, , , , [ended]] = await db.batch([
    ...giveBack(db, order, 'pending'),
    announceIf(db, 'order', { condition, event }),
    db.update(orders).set({ status: 'refused', refusal }).where(condition),
    db.select().from(orders).where(isOrder(order)),
  ])
  return ended ?? missing(order)
}

/** What the order took: its pieces into the stock, and from what the buyer may still buy. While it is in that state. */
export function giveBack(db: DrizzleD1Database, order: OrderRow, state: OrderRow['status']) {
  const isThere = sql`EXISTS (SELECT 1 FROM ${orders} WHERE ${isInState(order, state)})`
  const { projectId, itemId, reserved, quantity, isCounted } = order
  return [
    db
      .update(products)
      .set({ stock: sql`${products.stock} + ${reserved}` })
      .where(
        and(
          eq(products.projectId, projectId),
          eq(products.id, itemId),
          isNotNull(products.stock),
          sql`${reserved} > 0`,
          isThere,
        ),
      ),
    db
      .update(purchaseCounts)
      .set({ quantity: sql`${purchaseCounts.quantity} - ${quantity}` })
      .where(and(sql`${isCounted ? 1 : 0}`, isCount(order), isThere)),
  ] as const
}

type OrderKey = Pick<OrderRow, 'projectId' | 'id'>

export const isOrder = ({ projectId, id }: OrderKey) =>
  and(eq(orders.projectId, projectId), eq(orders.id, id))
export const isInState = (order: OrderKey, status: OrderRow['status']) =>
  and(isOrder(order), eq(orders.status, status))

const isCount = ({ projectId, userId, itemId }: Reservation | OrderRow) =>
  and(
    eq(purchaseCounts.projectId, projectId),
    eq(purchaseCounts.userId, userId),
    eq(purchaseCounts.itemId, itemId),
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

export function missing({ id, createdAt }: OrderRow): never {
  throw new Error(`The order ${id} of ${isoTime(createdAt)} is gone`)
}
