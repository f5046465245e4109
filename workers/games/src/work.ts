/** The reward for work: a claim is stored first, none sooner than the cool-down after the last, then paid once. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { ask } from '@coinop/shared/neighbour'
import { fail, ok, type Result } from '@coinop/shared/result'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { drawBelow } from './fairness.ts'
import { toWorkClaim, type WorkClaim } from './reward-model.ts'
import { workClaims, workRewards } from './schema.ts'
import type { Player } from './sessions.ts'

type WorkRow = typeof workClaims.$inferSelect
type PaymentRefusal = 'balance_limit_exceeded' | 'currency_not_found' | 'wallet_not_found'
export type WorkRefusal = PaymentRefusal | 'cooling_down' | 'reward_not_configured'
export type WorkAnswer = { claim: WorkClaim; replayed: boolean }

/** Claims the reward for work, once per key and not before the cool-down is over. */
export async function claimWork(
  env: GamesEnv,
  caller: Caller,
  { userId, key: given }: { userId: string; key: string },
): Promise<Result<WorkAnswer, WorkRefusal>> {
  const key = `${caller.kind}:${given}`
  const db = drizzle(env.GAMES_DB)
  const player = { projectId: caller.projectId, userId }
  const [reward] = await db
    .select()
    .from(workRewards)
    .where(eq(workRewards.projectId, player.projectId))
  const [inserted, [claim]] = await db.batch([
    insertClaim(db, player, { key, amount: reward ? drawAmount(reward) : 0 }),
    db.select().from(workClaims).where(isClaimOfKey(player, key)),
  ])
  if (!claim) return fail(reward ? 'cooling_down' : 'reward_not_configured')
  const paid = await payWork(env, caller, claim)
  if (!paid.ok) return paid
  return ok({ claim: toWorkClaim(claim), replayed: inserted.length === 0 })
}

/** A gift needs no proof, but each amount is as likely. */
function drawAmount({ amountMin, amountMax }: typeof workRewards.$inferSelect): number {
  const words = (function* () {
    for (;;) yield crypto.getRandomValues(new Uint32Array(1))[0]!
  })()
  // More than 2^32 amounts are drawn in steps, which nobody can tell.
  const count = amountMax - amountMin + 1
  const step = Math.ceil(count / 2 ** 32)
  return Math.min(amountMin + step * drawBelow(words, Math.ceil(count / step)), amountMax)
}

/** Pays a claim whose payment is not known. One that the wallet refuses is taken back: nothing was claimed. */
export async function payWork(
  env: GamesEnv,
  caller: Caller,
  claim: WorkRow,
): Promise<Result<null, PaymentRefusal>> {
  if (claim.paidAt !== null) return ok(null)
  const db = drizzle(env.GAMES_DB)
  const { userId, createdAt, currency, amount } = claim
  const reference = `work:${userId}:${createdAt}`
  const reward = { walletId: userId, reference, currency, amount, memo: 'work reward' }
  const posted = await ask('wallet', async () => env.WALLET_REWARDS.reward(caller, reward))
  if (posted.ok) {
    const paidAt = now()
    // Written anew if a try that met no currency took it back a moment ago: what the wallet did is the truth.
    await db
      .insert(workClaims)
      .values({ ...claim, paidAt })
      .onConflictDoUpdate({
        target: [workClaims.projectId, workClaims.userId, workClaims.createdAt],
        set: { paidAt },
        setWhere: isNull(workClaims.paidAt),
      })
    return ok(null)
  }
  if (posted.code === 'insufficient_funds' || posted.code === 'idempotency_conflict') {
    throw new Error(`The wallet refused the reward ${reference}: ${posted.code}.`)
  }
  await db.delete(workClaims).where(and(isClaim(claim), isNull(workClaims.paidAt)))
  return fail(posted.code)
}

const ofPlayer = ({ projectId, userId }: Player) =>
  and(eq(workClaims.projectId, projectId), eq(workClaims.userId, userId))

const isClaim = (claim: WorkRow) => and(ofPlayer(claim), eq(workClaims.createdAt, claim.createdAt))

const isClaimOfKey = (player: Player, key: string) =>
  and(ofPlayer(player), eq(workClaims.idempotencyKey, key))

/** Nothing when the project gives no reward, when the last claim is too recent, or when the key has one. */
function insertClaim(
  db: DrizzleD1Database,
  player: Player,
  { key, amount }: { key: string; amount: number },
) {
  const at = now()
  // Of the last claim alone, which the primary key finds.
  const cooling = sql`coalesce((SELECT ${workClaims.nextAt} FROM ${workClaims}
    WHERE ${ofPlayer(player)} ORDER BY ${workClaims.createdAt} DESC LIMIT 1), 0) > ${at}`
  const claim = db
    .select({
      projectId: workRewards.projectId,
      userId: sql<string>`${player.userId}`.as('user_id'),
      createdAt: sql<number>`${at}`.as('created_at'),
      currency: workRewards.currency,
      amount: sql<number>`${amount}`.as('amount'),
      nextAt: sql<number>`${at} + ${workRewards.coolDownSeconds} * 1000`.as('next_at'),
      idempotencyKey: sql<string>`${key}`.as('idempotency_key'),
      paidAt: sql<null>`NULL`.as('paid_at'),
    })
    .from(workRewards)
    .where(and(eq(workRewards.projectId, player.projectId), sql`NOT (${cooling})`))
  return db
    .insert(workClaims)
    .select(claim)
    .onConflictDoNothing()
    .returning({ createdAt: workClaims.createdAt })
}
