/** The daily reward: the claim is stored first, one per player and day, then paid as often as it takes to be paid once. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { ask } from '@coinop/shared/neighbour'
import { fail, ok, type Result } from '@coinop/shared/result'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { type DailyClaim, dayBefore, dayOf, toDailyClaim } from './reward-model.ts'
import { dailyClaims, dailyRewards } from './schema.ts'
import type { Player } from './sessions.ts'

export type PaymentRefusal = (typeof refusals)[keyof typeof refusals]
export type ClaimRefusal = PaymentRefusal | 'reward_not_configured'
export type ClaimAnswer = { claim: DailyClaim; replayed: boolean }
type ClaimRow = typeof dailyClaims.$inferSelect

/** Claims the reward of today (UTC), once; a repeated key answers the claim it made, on later days too. */
export async function claimDaily(
  env: GamesEnv,
  caller: Caller,
  { userId, key: given }: { userId: string; key: string },
): Promise<Result<ClaimAnswer, ClaimRefusal>> {
  const key = `${caller.kind}:${given}`
  const db = drizzle(env.GAMES_DB)
  const player = { projectId: caller.projectId, userId }
  const today = dayOf(now())
  const [inserted, [ofKey], [ofDay]] = await db.batch([
    insertClaim(db, player, { day: today, key }),
    db.select().from(dailyClaims).where(isClaimOfKey(player, key)),
    db.select().from(dailyClaims).where(isClaim(player, today)),
  ])
  const claim = ofKey ?? ofDay
  if (!claim) return fail('reward_not_configured')
  const paid = await payClaim(env, caller, claim)
  if (!paid.ok) return paid
  if (!ofKey) return fail('already_claimed')
  return ok({ claim: toDailyClaim(claim), replayed: inserted.length === 0 })
}

/** Pays a claim whose payment is not known. A claim that the wallet refuses is taken back: nothing was claimed. */
export async function payClaim(
  env: GamesEnv,
  caller: Caller,
  claim: ClaimRow,
): Promise<Result<null, PaymentRefusal>> {
  if (claim.paidAt !== null) return ok(null)
  const db = drizzle(env.GAMES_DB)
  const { userId, day, currency, amount } = claim
  // Named by the day alone, so that nothing that happens to the claim's row can pay a day twice. The price: what the
  // wallet itself refused, because the balance was full, stays refused until tomorrow.
  const reference = `daily:${userId}:${day}`
  const reward = { walletId: userId, reference, currency, amount, memo: 'daily reward' }
  const posted = await ask('wallet', async () => env.WALLET_REWARDS.reward(caller, reward))
  if (posted.ok) {
    const paidAt = now()
    // Written anew if a try that met no currency took it back a moment ago: what the wallet did is the truth.
    await db
      .insert(dailyClaims)
      .values({ ...claim, paidAt })
      .onConflictDoUpdate({
        target: [dailyClaims.projectId, dailyClaims.userId, dailyClaims.day],
        set: { paidAt },
        setWhere: isNull(dailyClaims.paidAt),
      })
    return ok(null)
  }
  if (posted.code === 'insufficient_funds') {
    throw new Error(`The wallet refused to be given the reward of ${day}.`)
  }
  await db.delete(dailyClaims).where(and(isClaim(claim, day), isNull(dailyClaims.paidAt)))
  return fail(refusals[posted.code])
}

/** The wallet keys a reward by the day, so a conflict says that this day was paid, at the figures of another moment. */
const refusals = {
  balance_limit_exceeded: 'balance_limit_exceeded',
  currency_not_found: 'currency_not_found',
  wallet_not_found: 'wallet_not_found',
  idempotency_conflict: 'already_claimed',
} as const

const isClaim = ({ projectId, userId }: Player, day: string) =>
  and(
    eq(dailyClaims.projectId, projectId),
    eq(dailyClaims.userId, userId),
    eq(dailyClaims.day, day),
  )

const isClaimOfKey = ({ projectId, userId }: Player, key: string) =>
  and(
    eq(dailyClaims.projectId, projectId),
    eq(dailyClaims.userId, userId),
    eq(dailyClaims.idempotencyKey, key),
  )

/** Nothing when the project gives no reward, when the day has a claim, or when the key has one of any day. */
function insertClaim(
  db: DrizzleD1Database,
  player: Player,
  { day, key }: { day: string; key: string },
) {
  const yesterday = sql`SELECT ${dailyClaims.streak} FROM ${dailyClaims} WHERE ${isClaim(player, dayBefore(day))}`
  const claim = db
    .select({
      projectId: dailyRewards.projectId,
      userId: sql<string>`${player.userId}`.as('user_id'),
      day: sql<string>`${day}`.as('day'),
      currency: dailyRewards.currency,
      amount: sql<number>`${dailyRewards.amount} + coalesce(${dailyRewards.streakBonus}
        * min(coalesce((${yesterday}), 0), ${dailyRewards.streakDaysMax} - 1), 0)`.as('amount'),
      streak: sql<number>`coalesce((${yesterday}), 0) + 1`.as('streak'),
      idempotencyKey: sql<string>`${key}`.as('idempotency_key'),
      createdAt: sql<number>`${now()}`.as('created_at'),
      paidAt: sql<null>`NULL`.as('paid_at'),
    })
    .from(dailyRewards)
    .where(eq(dailyRewards.projectId, player.projectId))
  return db
    .insert(dailyClaims)
    .select(claim)
    .onConflictDoNothing()
    .returning({ day: dailyClaims.day })
}
