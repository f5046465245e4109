/** The minutely sweep: ends orders, refunds and rewards that a crash left half done, and sends what the outbox still holds. */
import { sendNotes } from '@coinop/shared/audit'
import { systemCaller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { pruneIdempotency } from '@coinop/shared/idempotency'
import { logError } from '@coinop/shared/log'
import { drainOutbox } from '@coinop/shared/outbox'
import { and, asc, eq, lt } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { overdueRewards, payReward } from './effects.ts'
import { finish } from './purchase.ts'
import { finishRefund, overdueRefunds } from './refunds.ts'
import { orders } from './schema.ts'

const overdueMilliseconds = 60_000
/** A charge, a refund or a reward is two Worker invocations (wallet, auth), and the platform allows 32 in one run. */
const workMax = 10

/** Orders that should have ended long ago, oldest first. */
export const overdueOrders = (db: DrizzleD1Database) =>
  db
    .select()
    .from(orders)
    .where(and(eq(orders.status, 'pending'), lt(orders.createdAt, now() - overdueMilliseconds)))
    .orderBy(asc(orders.createdAt))
    .limit(workMax)

/** Answers how many pieces of work it ended: orders, refunds, rewards. */
export async function sweep(env: ShopEnv): Promise<number> {
  const db = drizzle(env.SHOP_DB)
  const work: (() => Promise<unknown>)[] = []
  for (const order of await overdueOrders(db)) {
    work.push(() => finish(env, systemCaller(order.projectId), order))
  }
  const before = now() - overdueMilliseconds
  for (const order of await overdueRefunds(db, { before, limit: workMax - work.length })) {
    work.push(() => finishRefund(env, systemCaller(order.projectId), order))
  }
  for (const row of await overdueRewards(db, { before, limit: workMax - work.length })) {
    work.push(() => payReward(env, systemCaller(row.projectId), row))
  }
  const ended = await endEach(work)
  await drainOutbox(db, env.EVENTS_APPENDS)
  await sendNotes(db, env.AUTH_AUDIT)
  await pruneIdempotency(db)
  return ended
}

async function endEach(work: (() => Promise<unknown>)[]): Promise<number> {
  let ended = 0
  for (const end of work) {
    try {
      await end()
      ended += 1
    } catch (error) {
      // One that cannot be ended now must not keep the others waiting.
      logError('shop', 'orders.sweep', error)
    }
  }
  return ended
}
