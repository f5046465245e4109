/**
 * The purchase: reserve, charge, tell the event log, end. Whoever finds an order pending drives it on, a repeated request as well as the
 * sweep: the order's id is the key of the charge, so the wallet takes the price once and always gives the same verdict.
 */
import type { Caller } from '@coinop/shared/caller'
import { requestHash } from '@coinop/shared/hash'
import { ask } from '@coinop/shared/neighbour'
import { tellAtOnce } from '@coinop/shared/outbox'
import { ok, type Result } from '@coinop/shared/result'
import { drizzle } from 'drizzle-orm/d1'
import { buyerOf } from './buyer.ts'
import { payRewards } from './effects.ts'
import { effectsAt, type Facts, type Place, Quantity } from './item-parts.ts'
import type { OrderRefusal } from './model.ts'
import {
  movedEvent,
  pay,
  refuse,
  type ReservationRefusal,
  reserve,
  type Reserved,
} from './orders.ts'
import { termsOf } from './purchase-rules.ts'
import type { OrderRow } from './schema.ts'

export type PurchaseEnv = Pick<
  ShopEnv,
  'SHOP_DB' | 'WALLET_CHARGES' | 'WALLET_REWARDS' | 'EVENTS_APPENDS'
>

export type Purchase = {
  userId: string
  itemId: string
  quantity: number
  /** Minor units for one piece; without it any price will do. */
  expectedPrice?: number | undefined
  /** Which of the item's prices is paid; without it the first. */
  currency?: string | undefined
  facts?: Facts | undefined
  /** Where at Discord it happens, for the roles that it brings. */
  place?: Place | undefined
  /** Unique among the buyer's orders, for ever. */
  key: string
}

/** Buys once per key. Answers an order that has ended, as `paid` or `refused`, unless none could be opened. */
export async function purchase(
  env: PurchaseEnv,
  caller: Caller,
  wanted: Purchase,
): Promise<Result<Reserved, ReservationRefusal>> {
  const { userId, itemId, quantity, currency, facts = {}, key } = wanted
  if (!Quantity.safeParse(quantity).success) throw new RangeError(`Not a quantity: ${quantity}`)
  const asked = { quantity, currency, expectedPrice: wanted.expectedPrice ?? null }
  const reservation = {
    ...asked,
    projectId: caller.projectId,
    userId,
    itemId,
    // A player must not be able to use up a key of the server, nor the other way round.
    key: `${caller.kind}:${key}`,
    requestHash: requestHash('orders.purchase', [
      itemId,
      quantity,
      asked.expectedPrice,
      ...(currency === undefined ? [] : [currency]),
    ]),
  }
  const reserved = await reserve(drizzle(env.SHOP_DB), reservation, async (product, bought) => {
    const buyer = await buyerOf(env, caller, { userId, requirements: product.requirements, facts })
    const terms = termsOf(product, asked, { ...buyer, bought })
    if (!terms.ok) return terms
    return ok({ ...terms.value, effects: effectsAt(terms.value.effects, wanted.place) })
  })
  if (!reserved.ok) return reserved
  const { order, replayed } = reserved.value
  return ok({ order: await finish(env, caller, order), replayed })
}

/** Drives an order to its end. When the wallet does not answer it throws, and the order stays pending. */
export async function finish(env: PurchaseEnv, caller: Caller, order: OrderRow): Promise<OrderRow> {
  if (order.status !== 'pending') return order
  const db = drizzle(env.SHOP_DB)
  const charged = await ask('wallet', async () =>
    env.WALLET_CHARGES.charge(caller, chargeOf(order)),
  )
  if (!charged.ok) return refuse(db, order, refusalOf(order, charged.code))
  const moved = { at: charged.value.entries[0]!.at }
  const event = movedEvent('shop.order.paid', order, moved)
  const isTold = await tellAtOnce(env.EVENTS_APPENDS, order.projectId, event)
  const paid = await pay(db, order, { ...moved, event, isTold })
  // A refund can only follow a payment.
  if (paid.status === 'refused')
    throw new Error(`The order ${order.id} was charged and is ${paid.status}`)
  if (paid.effects.length > 0) await payRewards(env, caller, paid.id)
  return paid
}

/** Depends on the order alone: the wallet compares it with what it has seen under the order's id. */
export const chargeOf = ({ userId, id, currency, totalPrice, itemName, quantity }: OrderRow) => ({
  walletId: userId,
  reference: id,
  currency,
  amount: totalPrice,
  memo: quantity === 1 ? itemName : `${quantity} x ${itemName}`,
})

/** An order ends only on a verdict that can be right; the others of the wallet cannot follow from a charge with a new id. */
function refusalOf({ id }: OrderRow, code: string): OrderRefusal {
  if (code === 'wallet_not_found') return 'buyer_not_found'
  if (code === 'insufficient_funds' || code === 'currency_not_found') return code
  throw new Error(`The wallet answered ${code} to the charge of ${id}`)
}
