/** The ways in which a player can log in: their list, a further one, one less. */
import { isoTime, now } from '@coinop/shared/clock'
import { isUniqueViolation } from '@coinop/shared/d1'
import type { Statement } from '@coinop/shared/idempotency'
import { derivedId } from '@coinop/shared/ids'
import { announce } from '@coinop/shared/outbox'
import { and, eq, exists, isNotNull, or, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { isConditionBroken, provided, removePassword, type UserPlace } from './accounts.ts'
import { identityEvent } from './events.ts'
import type { Identity, UserRow } from './model.ts'
import { endAllSessions } from './own-sessions.ts'
import { problem } from './problems.ts'
import { identities, users } from './schema.ts'

/** Of one user, not counting the password. */
export const identitiesMax = 20

type Row = typeof identities.$inferSelect
type External = { provider: 'discord' | 'device'; providerUserId: string }

/** Derived, so that an identity that is linked anew is another one, and no id has to be stored. */
const toIdentity = ({ projectId, provider, providerUserId, createdAt }: Row): Identity => ({
  id: derivedId('idn', createdAt, `${projectId}/${provider}/${providerUserId}`),
  provider,
  providerUserId,
  linkedAt: isoTime(createdAt),
})

/** The address and the password of a user as one of their identities. */
export const passwordIdentity = (projectId: string, user: Pick<UserRow, 'id' | 'createdAt'>) => ({
  id: derivedId('idn', user.createdAt, `${projectId}/password/${user.id}`),
  provider: 'password' as const,
  providerUserId: null,
  linkedAt: null,
})

const ofUser = ({ projectId, userId }: UserPlace) =>
  and(eq(identities.projectId, projectId), eq(identities.userId, userId))

/** All of a user, in the order of their ids. There are at most 21. */
export async function allIdentities(
  db: DrizzleD1Database,
  projectId: string,
  user: UserRow,
): Promise<Identity[]> {
  const rows = await db
    .select()
    .from(identities)
    .where(ofUser({ projectId, userId: user.id }))
    .limit(identitiesMax)
  const own = user.passwordHash === null ? [] : [passwordIdentity(projectId, user)]
  return [...own, ...rows.map(toIdentity)].toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

type Record = (identity: Identity) => Promise<Statement[]>

/**
 * Links an identity, which `recordOf` notes in the same batch. One that is linked to this user already is the answer; one
 * of another user throws `identity_taken`.
 */
export async function linkIdentity(
  db: DrizzleD1Database,
  place: UserPlace,
  external: External,
  recordOf: Record,
): Promise<Identity> {
  const known = await findIdentity(db, place.projectId, external)
  if (known) return again(db, place, known, recordOf)
  const row = { ...place, ...external, createdAt: now() }
  const identity = toIdentity(row)
  const counted = db
    .select({ count: sql`count(*)` })
    .from(identities)
    .where(ofUser(place))
  try {
    await db.batch([
      db.insert(identities).values(row),
      provided(db, place, and(eq(users.isActive, true), sql`(${counted}) <= ${identitiesMax}`)),
      announce(db, place.projectId, identityEvent('linked', row)),
      ...(await recordOf(identity)),
    ])
    return identity
  } catch (error) {
    if (isConditionBroken(error)) throw problem('limit_reached')
    const winner = isUniqueViolation(error, 'identities')
      ? await findIdentity(db, place.projectId, external)
      : undefined
    if (!winner) throw error
    return again(db, place, winner, recordOf)
  }
}

async function again(
  db: DrizzleD1Database,
  { userId }: UserPlace,
  known: Row,
  recordOf: Record,
): Promise<Identity> {
  if (known.userId !== userId) throw problem('identity_taken')
  const identity = toIdentity(known)
  const [first, ...rest] = await recordOf(identity)
  if (first) await db.batch([first, ...rest])
  return identity
}

async function findIdentity(
  db: DrizzleD1Database,
  projectId: string,
  { provider, providerUserId }: External,
): Promise<Row | undefined> {
  const [row] = await db
    .select()
    .from(identities)
    .where(
      and(
        eq(identities.projectId, projectId),
        eq(identities.provider, provider),
        eq(identities.providerUserId, providerUserId),
      ),
    )
  return row
}

/** Whether somebody could still log in, when this is asked after a removal in the same batch. */
const hasWayIn = (db: DrizzleD1Database, place: UserPlace) =>
  or(
    isNotNull(users.passwordHash),
    exists(db.select({ userId: identities.userId }).from(identities).where(ofUser(place))),
  )

type Unlinking = UserPlace & { identity: Identity; sessionId: string | undefined }

/** Unlinks one and ends all sessions but the one that asks. Throws `last_identity`; of two at once one may. */
export async function unlinkIdentity(
  db: DrizzleD1Database,
  { identity, sessionId, ...place }: Unlinking,
  record: Statement[],
): Promise<void> {
  const { provider } = identity
  try {
    await db.batch([
      removal(db, place, identity),
      provided(db, place, hasWayIn(db, place)),
      announce(db, place.projectId, identityEvent('unlinked', { ...place, provider })),
      ...endAllSessions(db, { ...place, reason: 'identity_unlinked', except: sessionId }),
      ...record,
    ])
  } catch (error) {
    throw isConditionBroken(error) ? problem('last_identity') : error
  }
}

function removal(
  db: DrizzleD1Database,
  place: UserPlace,
  { provider, providerUserId }: Identity,
): Statement {
  if (provider === 'password') return removePassword(db, place)
  return db
    .delete(identities)
    .where(
      and(
        ofUser(place),
        eq(identities.provider, provider),
        eq(identities.providerUserId, providerUserId ?? ''),
      ),
    )
}
