/** The minutely sweep: ends orders, refunds and rewards that a crash left half done, and sends what the outbox still holds. */
import { sendNotes } from '@coinop/shared/audit'
import { systemCaller } from '@coinop/shared/caller'
import { pruneIdempotency } from '@coinop/shared/idempotency'
import { logError } from '@coinop/shared/log'
import { drainOutbox } from '@coinop/shared/outbox'
import { asc, eq } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { payReward, pendingRewards } from './effects.ts'
import { finish } from './purchase.ts'
import { finishRefund, pendingRefunds } from './refunds.ts'
import { orders } from './schema.ts'

/** A charge, a refund or a reward is two Worker invocations (wallet, auth), and the platform allows 32 in one run. */
const workMax = 10

/** Oldest first. One that a request is ending just now is ended once all the same. */
export const pendingOrders = (db: DrizzleD1Database) =>
  db
    .select()
    .from(orders)
    .where(eq(orders.status, 'pending'))
    .orderBy(asc(orders.createdAt))
    .limit(workMax)

/** Answers how many pieces of work it ended: orders, refunds, rewards. */
export async function sweep(env: ShopEnv): Promise<number> {
  const db = drizzle(env.SHOP_DB)
  const work: (() => Promise<unknown>)[] = []
  for (const order of await pendingOrders(db)) {
    work.push(() => finish(env, systemCaller(order.projectId), order))
  }
  for (const order of await pendingRefunds(db, workMax - work.length)) {
    work.push(() => finishRefund(env, systemCaller(order.projectId), order))
  }
  for (const row of await pendingRewards(db, workMax - work.length)) {
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
