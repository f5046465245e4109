/**
 * The refund of a paid order: take the pieces back, give the price back, end. Whoever finds one under way drives it on, a
 * repeated request as well as the sweep: the wallet gives a charge back once.
 */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { ask } from '@coinop/shared/neighbour'
import { tellAtOnce } from '@coinop/shared/outbox'
import { fail, ok, type Result } from '@coinop/shared/result'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { giveBack, isInState, isOrder, missing, type Moved, movedEvent } from './orders.ts'
import { announceIf, type Announced, dropEmpty, grantPieces } from './pieces.ts'
import type { PurchaseEnv } from './purchase.ts'
import { effects, inventory, type OrderRow, orders } from './schema.ts'

export type RefundRefusal =
  | 'order_not_found'
  | 'order_not_paid'
  | 'order_not_refundable'
  | 'pieces_missing'
  | 'refund_refused'
/** `replayed` when it was refunded before. */
export type Refunded = { order: OrderRow; replayed: boolean }

export async function refund(
  env: PurchaseEnv,
  caller: Caller,
  orderId: string,
): Promise<Result<Refunded, RefundRefusal>> {
  const db = drizzle(env.SHOP_DB)
  const key = { projectId: caller.projectId, id: orderId }
  const [found] = await db.select().from(orders).where(isOrder(key))
  if (!found) return fail('order_not_found')
  if (found.status === 'refunded') return ok({ order: found, replayed: true })
  // What was paid out may be spent: to take the price back as well would make money.
  if (found.effects.some(({ kind }) => kind === 'currency')) return fail('order_not_refundable')
  const order = found.status === 'paid' ? await takeBack(db, found) : found
  if (order.status === 'refunded') return ok({ order, replayed: true })
  if (order.status === 'paid') return fail('pieces_missing')
  if (order.status !== 'refunding') return fail('order_not_paid')
  const ended = await finishRefund(env, caller, order)
  return ended.status === 'refunded'
    ? ok({ order: ended, replayed: false })
    : fail('refund_refused')
}

/** The pieces leave the inventory and the order is `refunding`, if all of them are there. */
async function takeBack(db: DrizzleD1Database, order: OrderRow): Promise<OrderRow> {
  const { projectId, userId } = order
  const granted = sql`json_each(${orders.grants}) AS piece`
  const held = sql`SELECT quantity FROM ${inventory} WHERE ${inventory.projectId} = ${projectId}
    AND ${inventory.userId} = ${userId} AND ${inventory.itemId} = json_extract(piece.value, '$.itemId')`
  const areThere = sql`NOT EXISTS (SELECT 1 FROM ${granted}
    WHERE coalesce((${held}), 0) < json_extract(piece.value, '$.quantity'))`
  const [, , , [row]] = await db.batch([
    db
      .update(orders)
      .set({ status: 'refunding', refundStartedAt: now() })
      .where(and(isInState(order, 'paid'), areThere)),
    db
      .update(inventory)
      .set({
        quantity: sql`${inventory.quantity} - (SELECT json_extract(piece.value, '$.quantity')
          FROM ${orders}, ${granted} WHERE ${isOrder(order)}
          AND json_extract(piece.value, '$.itemId') = ${inventory.itemId})`,
      })
      .where(
        and(
          // Of the statement before: only this batch takes the pieces.
          sql`changes() > 0`,
          eq(inventory.projectId, projectId),
          eq(inventory.userId, userId),
          inArray(
            inventory.itemId,
            order.grants.map(({ itemId }) => itemId),
          ),
        ),
      ),
    dropEmpty(db, order),
    db.select().from(orders).where(isOrder(order)),
  ])
  return row ?? missing(order)
}

/** Drives a refund to its end: `refunded`, or `paid` as before when the wallet cannot take the money back. */
export async function finishRefund(
  env: PurchaseEnv,
  caller: Caller,
  order: OrderRow,
): Promise<OrderRow> {
  const db = drizzle(env.SHOP_DB)
  const { userId, id, itemName } = order
  const paidBack = await ask('wallet', async () =>
    env.WALLET_CHARGES.refund(caller, { walletId: userId, reference: id, memo: itemName }),
  )
  if (paidBack.ok) {
    const moved = { at: paidBack.value.entries[0]!.at }
    const event = movedEvent('shop.order.refunded', order, moved)
    const isTold = await tellAtOnce(env.EVENTS_APPENDS, order.projectId, event)
    return endRefund(db, order, { ...moved, event, isTold })
  }
  if (paidBack.code === 'already_reversed') {
    // Somebody has reversed the charge in the wallet: the price is back, and nobody says since when.
    const moved = { at: now() }
    return endRefund(db, order, {
      ...moved,
      event: movedEvent('shop.order.refunded', order, moved),
    })
  }
  if (paidBack.code === 'balance_limit_exceeded') return undoRefund(db, order)
  throw new Error(`The wallet answered ${paidBack.code} to the refund of ${id}`)
}

async function endRefund(
  db: DrizzleD1Database,
  order: OrderRow,
  { at, ...announced }: Moved & Announced,
): Promise<OrderRow> {
  const condition = isInState(order, 'refunding')
  const isThere = sql`EXISTS (SELECT 1 FROM ${orders} WHERE ${condition})`
  const ofOrder = and(eq(effects.projectId, order.projectId), eq(effects.sourceId, order.id))
  const batch = await db.batch([
    ...giveBack(db, order, 'refunding'),
    revokeRoles(db, order, at),
    db
      .update(effects)
      .set({ state: 'failed', reason: 'refunded', dueAt: null })
      .where(and(ofOrder, eq(effects.kind, 'role_grant'), eq(effects.state, 'pending'), isThere)),
    announceIf(db, 'order', { condition, ...announced }),
    db.update(orders).set({ status: 'refunded', refundedAt: at }).where(condition),
    db.select().from(orders).where(isOrder(order)),
  ])
  return batch[6][0] ?? missing(order)
}

/** For every role that the order granted, or is about to: Discord may be at it just now. */
function revokeRoles(db: DrizzleD1Database, order: OrderRow, at: number) {
  const { projectId, id } = order
  const isThere = sql`EXISTS (SELECT 1 FROM ${orders} WHERE ${isInState(order, 'refunding')})`
  return db.insert(effects).select(
    sql`SELECT project_id, source_id, position + ${revocationsAfter}, user_id, 'role_revoke', NULL, NULL, role_id, 'pending', NULL, ${at},
        place, 0, iif(place IS NULL, NULL, ${at})
      FROM ${effects} WHERE ${effects.projectId} = ${projectId} AND ${effects.sourceId} = ${id}
      AND ${effects.kind} = 'role_grant' AND ${isThere}`,
  )
}
/** Above the position of every grant. */
const revocationsAfter = 100

async function undoRefund(db: DrizzleD1Database, order: OrderRow): Promise<OrderRow> {
  const condition = isInState(order, 'refunding')
  const [, , [row]] = await db.batch([
    grantPieces(db, 'order', condition),
    db.update(orders).set({ status: 'paid', refundStartedAt: null }).where(condition),
    db.select().from(orders).where(isOrder(order)),
  ])
  return row ?? missing(order)
}

/** Refunds that have begun, oldest first. */
export const pendingRefunds = (db: DrizzleD1Database, limit: number) =>
  db
    .select()
    .from(orders)
    .where(eq(orders.status, 'refunding'))
    .orderBy(orders.refundStartedAt)
    .limit(limit)
