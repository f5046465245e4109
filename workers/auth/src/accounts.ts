/** What changes an account after it was made: its name, its password, whether it is active, and its end. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import type { Statement } from '@coinop/shared/idempotency'
import { announce } from '@coinop/shared/outbox'
import { and, eq, exists, isNull, type SQL, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { eventOf, identityEvent } from './events.ts'
import { endAllSessions } from './own-sessions.ts'
import { identities, idempotency, sessions, users } from './schema.ts'

export type UserPlace = { projectId: string; userId: string }

const isThis = ({ projectId, userId }: UserPlace) =>
  and(eq(users.projectId, projectId), eq(users.id, userId))

/** Without effect for somebody who was shut out or erased: an access token outlives that by seconds. */
export const setDisplayName = (
  db: DrizzleD1Database,
  place: UserPlace,
  displayName: string | null,
): Statement =>
  db
    .update(users)
    .set({ displayName })
    .where(and(isThis(place), eq(users.isActive, true)))

/** The statement that makes its whole batch fail unless `condition` holds for the user in the moment of writing. */
export const provided = (
  db: DrizzleD1Database,
  place: UserPlace,
  condition: SQL | undefined,
): Statement => {
  // A column that may not be null.
  const isActive = sql<boolean>`CASE WHEN ${condition} THEN ${users.isActive} END`
  return db.update(users).set({ isActive }).where(isThis(place))
}

type External = { provider: 'discord' | 'device'; providerUserId: string }

/** The statement that makes a login fail when its user was shut out meanwhile, or has unlinked what it came with. */
export const whileLinked = (
  db: DrizzleD1Database,
  place: UserPlace,
  { provider, providerUserId }: External,
): Statement => {
  const isLinked = and(
    eq(identities.projectId, place.projectId),
    eq(identities.provider, provider),
    eq(identities.providerUserId, providerUserId),
    eq(identities.userId, place.userId),
  )
  const link = db.select({ userId: identities.userId }).from(identities).where(isLinked)
  return provided(db, place, and(eq(users.isActive, true), exists(link)))
}

/** The same for a password, by the hash that it was verified with: one that was changed meanwhile opens nothing. */
export const whilePassword = (
  db: DrizzleD1Database,
  place: UserPlace,
  passwordHash: string | null,
): Statement =>
  provided(db, place, and(eq(users.isActive, true), eq(users.passwordHash, passwordHash ?? '')))

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

/** Whether `error` is how a batch fails whose condition on the user did not hold when it was written. */
export function isConditionBroken(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current.message.includes('NOT NULL constraint failed: users.is_active')) return true
  }
  return false
}

type FirstPassword = { email: string; passwordHash: string; statements: Statement[] }

/** The statements of a first password and its address. Fails as a whole when there is a password by then. */
export const addPassword = (
  db: DrizzleD1Database,
  place: UserPlace,
  { email, passwordHash, statements }: FirstPassword,
): [Statement, ...Statement[]] => [
  provided(db, place, and(isNull(users.passwordHash), eq(users.isActive, true))),
  db.update(users).set({ email, passwordHash }).where(isThis(place)),
  announce(db, place.projectId, identityEvent('linked', { ...place, provider: 'password' })),
  ...statements,
]

/** The statement after which nobody logs in with the user's address and password, and the address is free. */
export const removePassword = (db: DrizzleD1Database, place: UserPlace): Statement =>
  db.update(users).set({ email: null, passwordHash: null }).where(isThis(place))

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
