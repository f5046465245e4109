/** The members of a tenant: how they are found, invited, and recognised when they log in or show a token. */
import { randomBytes } from 'node:crypto'
import type { MemberClaims } from '@coinop/shared/access-token'
import { now } from '@coinop/shared/clock'
import { sha256 } from '@coinop/shared/hash'
import type { Role } from '@coinop/shared/roles'
import { and, asc, eq, gt, inArray, isNotNull, isNull } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { userIdOf } from './model.ts'
import { memberIdentities, members, projects, sessions, tenants, tokens, users } from './schema.ts'
import type { MemberRow } from './tenant-model.ts'

export const inviteMilliseconds = 7 * 86_400_000

export const newInviteToken = () => `invite_${randomBytes(32).toString('base64url')}`
export const inviteHashOf = (token: string): string => sha256(token)

export async function findTenant(db: DrizzleD1Database, tenantId: string) {
  const [row] = await db.select().from(tenants).where(eq(tenants.id, tenantId))
  return row
}

export async function findMember(
  db: DrizzleD1Database,
  tenantId: string,
  memberId: string,
): Promise<MemberRow | undefined> {
  const [row] = await db.select().from(members).where(isMember(tenantId, memberId))
  return row
}

export const isMember = (tenantId: string, memberId: string) =>
  and(eq(members.tenantId, tenantId), eq(members.id, memberId))

/** At most `limit` members after the one with the id `after`, in the order in which they came. */
export const membersAfter = (
  db: DrizzleD1Database,
  tenantId: string,
  after: string,
  limit: number,
): Promise<MemberRow[]> =>
  db
    .select()
    .from(members)
    .where(and(eq(members.tenantId, tenantId), gt(members.id, after)))
    .orderBy(asc(members.id))
    .limit(limit)

/** The member who logs in with this address: one in all tenants. */
export async function findByEmail(
  db: DrizzleD1Database,
  email: string,
): Promise<MemberRow | undefined> {
  const [row] = await db
    .select()
    .from(members)
    .where(and(eq(members.email, email), isNotNull(members.joinedAt)))
  return row
}

/** The open invitation that a token belongs to. */
export async function findInvitation(
  db: DrizzleD1Database,
  token: string,
): Promise<MemberRow | undefined> {
  const [row] = await db
    .select()
    .from(members)
    .where(
      and(
        eq(members.inviteHash, inviteHashOf(token)),
        gt(members.inviteExpiresAt, now()),
        isNull(members.joinedAt),
      ),
    )
  return row
}

/** Whether a tenant would still have an owner who can log in, without this member. */
export async function hasOtherOwner(
  db: DrizzleD1Database,
  tenantId: string,
  memberId: string,
): Promise<boolean> {
  const rows = await db
    .select({ id: members.id })
    .from(members)
    .where(
      and(eq(members.tenantId, tenantId), eq(members.role, 'owner'), isNotNull(members.joinedAt)),
    )
  return rows.some(({ id }) => id !== memberId)
}

/** Ends everything that a member could come in with. */
export function removal(db: DrizzleD1Database, tenantId: string, memberId: string) {
  const userId = userIdOf(memberId)
  const ofUser = and(eq(sessions.projectId, tenantId), eq(sessions.userId, userId))
  const theirs = db.select({ id: sessions.id }).from(sessions).where(ofUser)
  return [
    db.delete(tokens).where(and(eq(tokens.projectId, tenantId), inArray(tokens.sessionId, theirs))),
    db.delete(sessions).where(ofUser),
    db.delete(users).where(and(eq(users.projectId, tenantId), eq(users.id, userId))),
    db
      .delete(memberIdentities)
      .where(and(eq(memberIdentities.tenantId, tenantId), eq(memberIdentities.memberId, memberId))),
    db.delete(members).where(isMember(tenantId, memberId)),
  ]
}

/** What the gateway needs to know of the member behind a token. `projectId` is empty when none was named. */
export type FoundMember = { role: Role; projectId: string; plan: string }
export type MemberLookup = MemberClaims & { projectId: string | undefined }

/**
 * The member behind a token, as things are now: removed ones and ended sessions are `unknown`, a project of another
 * tenant is `no_project`. Never remembered, so a change of roles counts at once.
 */
export async function lookUpMember(
  database: D1Database,
  { memberId, tenantId, sessionId, projectId }: MemberLookup,
): Promise<FoundMember | 'unknown' | 'no_project'> {
  const [row] = await drizzle(database)
    .select({ role: members.role, projectId: projects.id, plan: projects.plan })
    .from(members)
    .innerJoin(
      sessions,
      and(
        eq(sessions.projectId, members.tenantId),
        eq(sessions.id, sessionId),
        isNull(sessions.revokedAt),
      ),
    )
    .leftJoin(
      projects,
      and(eq(projects.id, projectId ?? ''), eq(projects.tenantId, members.tenantId)),
    )
    .where(and(isMember(tenantId, memberId), isNotNull(members.joinedAt)))
  if (!row) return 'unknown'
  if (projectId !== undefined && row.projectId === null) return 'no_project'
  return { role: row.role, projectId: row.projectId ?? '', plan: row.plan ?? '' }
}
