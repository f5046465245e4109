/** The minutely sweep: carries on what was interrupted, sends what was announced, forgets old answers. */
import { sendNotes } from '@coinop/shared/audit'
import { systemCaller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { pruneIdempotency } from '@coinop/shared/idempotency'
import { logError } from '@coinop/shared/log'
import { drainOutbox } from '@coinop/shared/outbox'
import { and, asc, eq, isNull, lt, or } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { actForLate } from './acts.ts'
import { payClaim } from './daily.ts'
import { groupingEnv } from './groups.ts'
import { selectRounds } from './rounds.ts'
import { dailyClaims, rounds, workClaims } from './schema.ts'
import { payWork } from './work.ts'

const overdueMilliseconds = 60_000
/** More wait for the next minute. The wallet hears of them in groups: see `groups.ts`. */
const roundsMax = 75
const claimsMax = 25

/** All at the same time, so that their questions to the wallet meet; each has its own steps. */
export async function sweep(given: GamesEnv): Promise<void> {
  const env = groupingEnv(given)
  const db = drizzle(env.GAMES_DB)
  await Promise.all([
    ...(await overdueRounds(db)).map((round) =>
      attempt('rounds.sweep', () => actForLate(env, systemCaller(round.projectId), round)),
    ),
    ...(await overdueClaims(db)).map((claim) =>
      attempt('daily-reward.sweep', () => payClaim(env, systemCaller(claim.projectId), claim)),
    ),
    ...(await overdueWork(db)).map((claim) =>
      attempt('work-reward.sweep', () => payWork(env, systemCaller(claim.projectId), claim)),
    ),
  ])
  await sendEvents(given)
  await sendNotes(db, env.AUTH_AUDIT)
  await pruneIdempotency(db)
}

/** Sends the events that wait. */
export async function sendEvents(env: GamesEnv): Promise<void> {
  await drainOutbox(drizzle(env.GAMES_DB), env.EVENTS_APPENDS)
}

export const overdueRounds = (db: DrizzleD1Database) =>
  selectRounds(
    db,
    and(
      eq(rounds.status, 'open'),
      lt(rounds.createdAt, now() - overdueMilliseconds),
      or(isNull(rounds.actBy), lt(rounds.actBy, now())),
    ),
  )
    .orderBy(asc(rounds.createdAt))
    .limit(roundsMax)

export const overdueClaims = (db: DrizzleD1Database) =>
  db
    .select()
    .from(dailyClaims)
    .where(and(isNull(dailyClaims.paidAt), lt(dailyClaims.createdAt, now() - overdueMilliseconds)))
    .orderBy(asc(dailyClaims.createdAt))
    .limit(claimsMax)

export const overdueWork = (db: DrizzleD1Database) =>
  db
    .select()
    .from(workClaims)
    .where(and(isNull(workClaims.paidAt), lt(workClaims.createdAt, now() - overdueMilliseconds)))
    .orderBy(asc(workClaims.createdAt))
    .limit(claimsMax)

/** One that fails must not keep the others waiting. */
async function attempt(operation: string, perform: () => Promise<unknown>): Promise<void> {
  try {
    await perform()
  } catch (error) {
    logError('games', operation, error)
  }
}
