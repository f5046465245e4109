/** The minutely sweep: wakes the senders of transfers that should have ended long ago, in case their alarm was lost. */
import { sendNotes } from '@coinop/shared/audit'
import { now } from '@coinop/shared/clock'
import { pruneIdempotency } from '@coinop/shared/idempotency'
import { and, asc, eq, lt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { transactions } from './schema.ts'

const overdueMilliseconds = 120_000
const pokesMax = 100

/** Answers how many wallets were woken. */
export async function sweep(env: WalletEnv): Promise<number> {
  const db = drizzle(env.WALLET_DB)
  const overdue = await db
    .select({ projectId: transactions.projectId, walletId: transactions.fromAccount })
    .from(transactions)
    .where(
      and(eq(transactions.status, 'pending'), lt(transactions.at, now() - overdueMilliseconds)),
    )
    .orderBy(asc(transactions.at))
    .limit(pokesMax)
  const names = new Set(overdue.map(({ projectId, walletId }) => `${projectId}/${walletId}`))
  // One that does not answer must not keep the others waiting; it is overdue again in a minute.
  await Promise.allSettled([...names].map((name) => env.WALLETS.getByName(name).poke()))
  await sendNotes(db, env.AUTH_AUDIT)
  await pruneIdempotency(db)
  return names.size
}
