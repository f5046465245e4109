/** The minutely sweep: ends orders, refunds and rewards that a crash left half done, and sends what the outbox still holds. */
import { sendNotes } from '@coinop/shared/audit'
import { systemCaller } from '@coinop/shared/caller'
import { pruneIdempotency } from '@coinop/shared/idempotency'
import { logError } from '@coinop/shared/log'
import { drainOutbox } from '@coinop/shared/outbox'
import { asc, eq } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { payReward, pendingRewards } from './effects.ts'
import { groupingEnv } from './groups.ts'
import { finish } from './purchase.ts'
import { finishRefund, pendingRefunds } from './refunds.ts'
import { orders } from './schema.ts'

/** More wait for the next minute. The wallet hears of them in groups: see `groups.ts`. */
const workMax = 100

/** Oldest first. One that a request is ending just now is ended once all the same. */
export const pendingOrders = (db: DrizzleD1Database) =>
  db
    .select()
    .from(orders)
    .where(eq(orders.status, 'pending'))
    .orderBy(asc(orders.createdAt))
    .limit(workMax)

/** Answers how many pieces of work it ended: orders, refunds, rewards. */
export async function sweep(given: ShopEnv): Promise<number> {
  const env = groupingEnv(given)
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
  await drainOutbox(db, given.EVENTS_APPENDS)
  await sendNotes(db, env.AUTH_AUDIT)
  await pruneIdempotency(db)
  return ended
}

/** At the same time, so that their questions to the wallet meet; each order has its own steps. */
async function endEach(work: (() => Promise<unknown>)[]): Promise<number> {
  const ended = await Promise.allSettled(work.map((end) => end()))
  for (const each of ended) {
    // One that cannot be ended now must not keep the others waiting.
    if (each.status === 'rejected') logError('shop', 'orders.sweep', each.reason)
  }
  return ended.filter(({ status }) => status === 'fulfilled').length
}
