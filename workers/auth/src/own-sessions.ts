/** A player's sessions as they see them: which are open, whether this one is fresh, and how all of them end. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import type { Statement } from '@coinop/shared/idempotency'
import { announce } from '@coinop/shared/outbox'
import { and, desc, eq, gt, isNull, lt, ne, type SQL } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { eventOf } from './events.ts'
import { problem } from './problems.ts'
import { sessions, users } from './schema.ts'
import { revoke } from './sessions.ts'

/** What must not be done with a session that somebody left open takes one that is younger than this. */
export const freshMilliseconds = 300_000

const isOpen = (at: number) => and(isNull(sessions.revokedAt), gt(sessions.expiresAt, at))
const ofUser = (projectId: string, userId: string) =>
  and(eq(sessions.projectId, projectId), eq(sessions.userId, userId))
const withId = (projectId: string, sessionId: string) =>
  and(eq(sessions.projectId, projectId), eq(sessions.id, sessionId))

/** Whether access tokens of this session are still good: it is open, and its user, who may just have been deactivated, is active. */
export async function sessionIsOpen(
  database: D1Database,
  projectId: string,
  sessionId: string,
): Promise<boolean> {
  const [row] = await drizzle(database)
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(users, and(eq(users.projectId, sessions.projectId), eq(users.id, sessions.userId)))
    .where(and(withId(projectId, sessionId), isOpen(now()), eq(users.isActive, true)))
  return row !== undefined
}

/** At most `limit` open sessions older than the one with the id `before`, newest first: ids sort by time. */
export const openSessionsBefore = (
  db: DrizzleD1Database,
  { projectId, actorId }: Caller,
  before: string | undefined,
  limit: number,
) =>
  db
    .select()
    .from(sessions)
    .where(
      and(
        ofUser(projectId, actorId),
        isOpen(now()),
        before === undefined ? undefined : lt(sessions.id, before),
      ),
    )
    .orderBy(desc(sessions.id))
    .limit(limit)

/** Every session that is kept, ended ones too, newest first. */
export const allSessions = (db: DrizzleD1Database, { projectId, actorId }: Caller, limit: number) =>
  db
    .select()
    .from(sessions)
    .where(ofUser(projectId, actorId))
    .orderBy(desc(sessions.id))
    .limit(limit)

/** Ends one session of the caller; a second time changes nothing. False when they have no such session. */
export async function endOwnSession(
  db: DrizzleD1Database,
  { projectId, actorId }: Caller,
  sessionId: string,
): Promise<boolean> {
  const [row] = await db
    .select()
    .from(sessions)
    .where(and(withId(projectId, sessionId), eq(sessions.userId, actorId)))
  if (!row) return false
  if (row.revokedAt !== null) return true
  const ending = { projectId, sessionId, userId: actorId }
  await revoke(db, ending, 'logout')
  return true
}

export async function isFresh(db: DrizzleD1Database, caller: Caller): Promise<boolean> {
  const { projectId, actorId, sessionId = '' } = caller
  const at = now()
  const [row] = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      and(
        withId(projectId, sessionId),
        eq(sessions.userId, actorId),
        isOpen(at),
        gt(sessions.createdAt, at - freshMilliseconds),
      ),
    )
  return row !== undefined
}

/** Throws `session_not_fresh`. */
export async function refuseStaleSession(db: DrizzleD1Database, caller: Caller): Promise<void> {
  if (!(await isFresh(db, caller))) throw problem('session_not_fresh')
}

type Ending = {
  projectId: string
  userId: string
  reason: 'logout_everywhere' | 'password_changed' | 'identity_unlinked' | 'deactivated' | 'erased'
  /** The session that stays. */
  except?: string | undefined
}

/** The statements that end all sessions of a user, however many there are. */
export function endAllSessions(
  db: DrizzleD1Database,
  { projectId, userId, reason, except }: Ending,
): [Statement, ...Statement[]] {
  const at = now()
  const others: SQL | undefined = except === undefined ? undefined : ne(sessions.id, except)
  const event = eventOf('auth.sessions.revoked', { subject: userId, at, data: { userId, reason } })
  return [
    db
      .update(sessions)
      .set({ revokedAt: at })
      .where(and(ofUser(projectId, userId), isNull(sessions.revokedAt), others)),
    announce(db, projectId, event),
  ]
}
