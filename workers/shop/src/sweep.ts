/** The minutely sweep: ends orders that a crash left pending, and sends what the outbox still holds. */
import { sendNotes } from '@coinop/shared/audit'
import { systemCaller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { pruneIdempotency } from '@coinop/shared/idempotency'
import { logError } from '@coinop/shared/log'
import { drainOutbox } from '@coinop/shared/outbox'
import { and, asc, eq, lt } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { finish } from './purchase.ts'
import { orders } from './schema.ts'

const overdueMilliseconds = 60_000
/** A charge is two Worker invocations (wallet, auth), and the platform allows 32 in one run. */
const ordersMax = 10

/** Orders that should have ended long ago, oldest first. */
export const overdueOrders = (db: DrizzleD1Database) =>
  db
    .select()
    .from(orders)
    .where(and(eq(orders.status, 'pending'), lt(orders.createdAt, now() - overdueMilliseconds)))
    .orderBy(asc(orders.createdAt))
    .limit(ordersMax)

/** Answers how many orders it ended. */
export async function sweep(env: ShopEnv): Promise<number> {
  const db = drizzle(env.SHOP_DB)
  let ended = 0
  for (const order of await overdueOrders(db)) {
    try {
      await finish(env, systemCaller(order.projectId), order)
      ended += 1
    } catch (error) {
      // One that cannot be ended now must not keep the others waiting.
      logError('shop', 'orders.sweep', error)
    }
  }
  await drainOutbox(db, env.EVENTS_APPENDS)
  await sendNotes(db, env.AUTH_AUDIT)
  await pruneIdempotency(db)
  return ended
}
