/** Who a member is at Discord: one member in all tenants, who logs in with a password too. */
import type { Caller } from '@coinop/shared/caller'
import { isoTime, now } from '@coinop/shared/clock'
import type { Statement } from '@coinop/shared/idempotency'
import { derivedId } from '@coinop/shared/ids'
import { announce } from '@coinop/shared/outbox'
import { and, eq, isNotNull } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { identityEvent } from './events.ts'
import type { MemberIdentity } from './flow-model.ts'
import { findMember } from './members.ts'
import { userIdOf } from './model.ts'
import { endAllSessions } from './own-sessions.ts'
import { problem } from './problems.ts'
import { memberIdentities, members } from './schema.ts'
import { tenantOf } from './tenant-changes.ts'
import type { MemberRow } from './tenant-model.ts'

/** Of one member. */
export const memberIdentitiesMax = 5

type Row = typeof memberIdentities.$inferSelect

export const toMemberIdentity = (row: Row): MemberIdentity => ({
  id: derivedId('idn', row.createdAt, `${row.memberId}/${row.provider}/${row.providerUserId}`),
  provider: row.provider,
  providerUserId: row.providerUserId,
  linkedAt: isoTime(row.createdAt),
})

/** The member as the owner of their own sessions. */
export const asOwner = (caller: Caller): Caller => ({
  ...caller,
  projectId: tenantOf(caller),
  actorId: userIdOf(caller.actorId),
})

/** All of the member who asks, in the order of their ids. */
export async function ownIdentities(db: DrizzleD1Database, caller: Caller) {
  const rows = await db
    .select()
    .from(memberIdentities)
    .where(
      and(
        eq(memberIdentities.tenantId, tenantOf(caller)),
        eq(memberIdentities.memberId, caller.actorId),
      ),
    )
    .limit(memberIdentitiesMax)
  return rows.map(toMemberIdentity).toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** The member who signs in with this Discord user. */
export async function findByDiscord(
  db: DrizzleD1Database,
  discordId: string,
): Promise<MemberRow | undefined> {
  const [row] = await db
    .select({ member: members })
    .from(memberIdentities)
    .innerJoin(members, isMemberOf)
    .where(and(isDiscord(discordId), isNotNull(members.joinedAt)))
  return row?.member
}

const isMemberOf = and(
  eq(members.tenantId, memberIdentities.tenantId),
  eq(members.id, memberIdentities.memberId),
)
const isDiscord = (discordId: string) =>
  and(eq(memberIdentities.provider, 'discord'), eq(memberIdentities.providerUserId, discordId))

type Linked = { answer: MemberIdentity; statements: Statement[] }

/** What linking a Discord user to the member who asks comes to. Throws `identity_taken`, `limit_reached`, `not_found`. */
export async function linkDiscord(
  db: DrizzleD1Database,
  caller: Caller,
  discordId: string,
): Promise<Linked> {
  const [known] = await db.select().from(memberIdentities).where(isDiscord(discordId))
  const [tenantId, memberId] = [tenantOf(caller), caller.actorId]
  if (known) {
    const isOwn = known.tenantId === tenantId && known.memberId === memberId
    if (!isOwn) throw problem('identity_taken')
    return { answer: toMemberIdentity(known), statements: [] }
  }
  // Whoever was removed meanwhile must not keep the Discord account from everybody else.
  if (!(await findMember(db, tenantId, memberId))) throw problem('not_found')
  const own = await ownIdentities(db, caller)
  if (own.length >= memberIdentitiesMax) throw problem('limit_reached')
  const provider = 'discord' as const
  const row = { provider, providerUserId: discordId, tenantId, memberId, createdAt: now() }
  const event = identityEvent('linked', { userId: userIdOf(memberId), provider })
  return {
    answer: toMemberIdentity(row),
    statements: [db.insert(memberIdentities).values(row), announce(db, tenantId, event)],
  }
}

/** The statements that unlink one of the member who asks, and end all their sessions but this one. */
export function unlinking(
  db: DrizzleD1Database,
  caller: Caller,
  { provider, providerUserId }: MemberIdentity,
): Statement[] {
  const tenantId = tenantOf(caller)
  const userId = userIdOf(caller.actorId)
  const isOwn = and(
    eq(memberIdentities.tenantId, tenantId),
    eq(memberIdentities.memberId, caller.actorId),
  )
  const ending = { projectId: tenantId, userId, except: caller.sessionId }
  return [
    db.delete(memberIdentities).where(and(isOwn, isDiscord(providerUserId))),
    announce(db, tenantId, identityEvent('unlinked', { userId, provider })),
    ...endAllSessions(db, { ...ending, reason: 'identity_unlinked' }),
  ]
}
