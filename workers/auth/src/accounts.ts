/** What changes an account after it was made: its name, its password, whether it is active, and its end. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import type { Statement } from '@coinop/shared/idempotency'
import { announce } from '@coinop/shared/outbox'
import { and, eq, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { eventOf } from './events.ts'
import { endAllSessions } from './own-sessions.ts'
import { identities, idempotency, sessions, users } from './schema.ts'

type UserPlace = { projectId: string; userId: string }

const isThis = ({ projectId, userId }: UserPlace) =>
  and(eq(users.projectId, projectId), eq(users.id, userId))

export const setDisplayName = (
  db: DrizzleD1Database,
  place: UserPlace,
  displayName: string | null,
): Statement => db.update(users).set({ displayName }).where(isThis(place))

type NewPassword = { from: string; to: string; sessionId: string | undefined }

/** The statements of a new password: all other sessions end. Fails as a whole when `from` is no longer the stored hash. */
export function setPassword(
  db: DrizzleD1Database,
  place: UserPlace,
  { from, to, sessionId }: NewPassword,
): [Statement, ...Statement[]] {
  // Of two changes at once the second must do nothing at all, and a column that may not be null makes the batch fail.
  const isActive = sql<boolean>`CASE ${users.passwordHash} WHEN ${from} THEN ${users.isActive} END`
  return [
    db.update(users).set({ passwordHash: to, isActive }).where(isThis(place)),
    ...endAllSessions(db, { ...place, reason: 'password_changed', except: sessionId }),
  ]
}

/** Whether `error` is how a batch with `setPassword` fails when somebody else was faster. */
export function isPasswordChanged(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current.message.includes('NOT NULL constraint failed: users.is_active')) return true
  }
  return false
}

export const deactivateUser = (
  db: DrizzleD1Database,
  place: UserPlace,
): [Statement, ...Statement[]] => [
  db.update(users).set({ isActive: false }).where(isThis(place)),
  ...endAllSessions(db, { ...place, reason: 'deactivated' }),
]

export const reactivateUser = (
  db: DrizzleD1Database,
  place: UserPlace,
): [Statement, ...Statement[]] => {
  const { projectId, userId } = place
  const data = { userId }
  const event = eventOf('auth.user.reactivated', { subject: userId, at: now(), data })
  return [
    db.update(users).set({ isActive: true }).where(isThis(place)),
    announce(db, projectId, event),
  ]
}

/**
 * The statements that remove everything personal. The id stays, because wallets and orders name it. Answers kept for
 * the user's own Idempotency-Keys go too; those for a game's keys (sealed) are forgotten after two days as ever.
 */
export function eraseUser(
  db: DrizzleD1Database,
  { projectId, actorId: userId }: Caller,
): [Statement, ...Statement[]] {
  const place = { projectId, userId }
  const nobody = { email: null, passwordHash: null, displayName: null, isActive: false }
  const event = eventOf('auth.user.erased', { subject: userId, at: now(), data: { userId } })
  return [
    db.update(users).set(nobody).where(isThis(place)),
    db
      .delete(identities)
      .where(and(eq(identities.projectId, projectId), eq(identities.userId, userId))),
    db
      .update(sessions)
      .set({ device: null })
      .where(and(eq(sessions.projectId, projectId), eq(sessions.userId, userId))),
    db
      .delete(idempotency)
      .where(and(eq(idempotency.projectId, projectId), eq(idempotency.actorId, userId))),
    ...endAllSessions(db, { ...place, reason: 'erased' }),
    announce(db, projectId, event),
  ]
}
