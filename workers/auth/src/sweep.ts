/** What is done after the answer and every minute: sending events, rotating keys, and forgetting what has expired. */
import { now } from '@coinop/shared/clock'
import { pruneIdempotency } from '@coinop/shared/idempotency'
import { drainOutbox } from '@coinop/shared/outbox'
import { lt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { forgetOldAttempts } from './login-attempts.ts'
import { claimedFlows, sessions, tokens } from './schema.ts'
import { forgetRetiredKeys, rotateIfAsked } from './signing-keys.ts'

/** Sends the events that wait. */
export async function sendEvents(env: AuthEnv): Promise<void> {
  await drainOutbox(drizzle(env.AUTH_DB), env.EVENTS_APPENDS)
}

/** A token never outlives its session, so none is left without one. */
export async function sweep(env: AuthEnv): Promise<void> {
  const db = drizzle(env.AUTH_DB)
  const at = now()
  await db.batch([
    db.delete(tokens).where(lt(tokens.expiresAt, at)),
    db.delete(sessions).where(lt(sessions.expiresAt, at)),
    db.delete(claimedFlows).where(lt(claimedFlows.expiresAt, at)),
  ])
  await rotateIfAsked(env)
  await forgetRetiredKeys(env)
  await pruneIdempotency(db)
  // Reads the whole table, so it is left to the first minute of an hour.
  if (new Date(at).getUTCMinutes() === 0) await forgetOldAttempts(env, at)
  await sendEvents(env)
}
