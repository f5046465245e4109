/** Users: how they are made, found and recognised. */
import type { Caller } from '@coinop/shared/caller'
import { isoTime } from '@coinop/shared/clock'
import type { Statement } from '@coinop/shared/idempotency'
import { newId } from '@coinop/shared/ids'
import { announce } from '@coinop/shared/outbox'
import { ask } from '@coinop/shared/neighbour'
import { Problem } from '@coinop/shared/problem'
import { type SQL, and, asc, desc, eq, getTableColumns, gt, lt, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { eventOf } from './events.ts'
import type { Credentials, UserRow } from './model.ts'
import { identities, users } from './schema.ts'

type NewUser = { projectId: string; at: number; provider?: 'device' } & Pick<
  UserRow,
  'email' | 'passwordHash' | 'displayName'
>

/** A user as it will be, and the statements that make it so. */
export function newUser(
  db: DrizzleD1Database,
  { projectId, at, provider: chosen, ...given }: NewUser,
) {
  const user = { id: newId('usr'), ...given, isActive: true, createdAt: at }
  const provider = chosen ?? (given.passwordHash === null ? 'discord' : 'password')
  const event = eventOf('auth.user.created', {
    subject: user.id,
    at,
    data: { userId: user.id, provider },
  })
  const statements: [Statement, ...Statement[]] = [
    db.insert(users).values({ projectId, ...user }),
    announce(db, projectId, event),
  ]
  return { user, statements }
}

export async function findUser(
  db: DrizzleD1Database,
  projectId: string,
  id: string,
): Promise<UserRow | undefined> {
  const [row] = await select(db, and(eq(users.projectId, projectId), eq(users.id, id)))
  return row
}

/** At most `limit` users older than the one with the id `before`, newest first: ids sort by time. */
export const usersBefore = (
  db: DrizzleD1Database,
  projectId: string,
  before: string | undefined,
  limit: number,
): Promise<UserRow[]> => {
  const older = before === undefined ? undefined : lt(users.id, before)
  return select(db, and(eq(users.projectId, projectId), older))
    .orderBy(desc(users.id))
    .limit(limit)
}

/** Somebody of a project. */
export type Holder = { projectId: string; userId: string }

/** Those of `holders` who are users, in one query: for schedules, which work for many projects at once. */
export async function existingHolders(db: DrizzleD1Database, holders: Holder[]): Promise<Holder[]> {
  return db
    .select({ projectId: users.projectId, userId: users.id })
    .from(sql`json_each(${JSON.stringify(holders)}) AS holder`)
    .innerJoin(
      users,
      and(
        eq(users.projectId, sql`holder.value ->> 'projectId'`),
        eq(users.id, sql`holder.value ->> 'userId'`),
      ),
    )
}

/** Their ids in the order of their time, at most `limit` of them. */
export async function userIdsAfter(
  db: DrizzleD1Database,
  projectId: string,
  { after, limit }: { after: string; limit: number },
): Promise<string[]> {
  const rows = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.projectId, projectId), gt(users.id, after)))
    .orderBy(asc(users.id))
    .limit(limit)
  return rows.map(({ id }) => id)
}

type Passwords = AuthEnv['PASSWORDS']

/** Throws `common_password` when everybody tries this one first. */
export async function refuseCommonPassword(
  { PASSWORDS }: Pick<AuthEnv, 'PASSWORDS'>,
  caller: Caller,
  { password, pointer }: { password: string; pointer: string },
): Promise<void> {
  if (!(await ask('password', async () => PASSWORDS.isCommon(caller, password)))) return
  const message = 'One of the passwords that everybody tries first.'
  throw new Problem('common_password', { errors: [{ pointer, message }] })
}

/** The active user with these credentials. One scrypt hash is made in every case, so that time tells nothing. */
export async function authenticate(
  db: DrizzleD1Database,
  passwords: Passwords,
  caller: Caller,
  { email, password }: Credentials,
): Promise<UserRow | undefined> {
  const { projectId } = caller
  const [user] = await select(db, and(eq(users.projectId, projectId), eq(users.email, email)))
  if (!user || user.passwordHash === null) {
    await passwords.hash(caller, password)
    return undefined
  }
  const { matches, rehash } = await passwords.verify(caller, password, user.passwordHash)
  if (!matches || !user.isActive) return undefined
  if (!rehash) return user
  const renewed = await passwords.hash(caller, password)
  const { meta } = await renewHash(db, projectId, user, renewed)
  // Somebody else renewed or changed it meanwhile: whether the password is still right is asked of theirs.
  if (meta.changes === 0) return authenticate(db, passwords, caller, { email, password })
  return { ...user, passwordHash: renewed }
}

/** Only over the hash that was verified: a password that has just been changed stays changed. */
const renewHash = (
  db: DrizzleD1Database,
  projectId: string,
  { id, passwordHash }: UserRow,
  renewed: string,
) =>
  db
    .update(users)
    .set({ passwordHash: renewed })
    .where(
      and(
        eq(users.projectId, projectId),
        eq(users.id, id),
        eq(users.passwordHash, passwordHash ?? ''),
      ),
    )

function select(db: DrizzleD1Database, where: SQL | undefined) {
  const { provider, providerUserId } = identities
  const list = sql`json_group_array(
    json_object('provider', ${provider}, 'providerUserId', ${providerUserId}))`
  const external = db
    .select({ list: list.as('list') })
    .from(identities)
    .where(and(eq(identities.projectId, users.projectId), eq(identities.userId, users.id)))
  const { projectId: _, ...columns } = getTableColumns(users)
  return db
    .select({ ...columns, identities: sql<string>`(${external})` })
    .from(users)
    .where(where)
}

export async function userExists(
  db: DrizzleD1Database,
  projectId: string,
  id: string,
): Promise<boolean> {
  const [row] = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.projectId, projectId), eq(users.id, id)))
  return row !== undefined
}

const askedMax = 100

/** Those of `ids` (100 at most) that are users of the project. */
export async function existingUsers(
  db: DrizzleD1Database,
  projectId: string,
  ids: string[],
): Promise<string[]> {
  if (ids.length > askedMax) throw new RangeError(`At most ${askedMax} users a question.`)
  const isAsked = sql`${users.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`
  const rows = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.projectId, projectId), isAsked))
  return rows.map(({ id }) => id)
}

export type UserName = { userId: string; displayName: string | null }

/** Of those of `ids` (100 at most) that are users of the project. */
export async function namesOfUsers(
  db: DrizzleD1Database,
  projectId: string,
  ids: string[],
): Promise<UserName[]> {
  if (ids.length > askedMax) throw new RangeError(`At most ${askedMax} users a question.`)
  const isAsked = sql`${users.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`
  return db
    .select({ userId: users.id, displayName: users.displayName })
    .from(users)
    .where(and(eq(users.projectId, projectId), isAsked))
}

/** Who a user is elsewhere, for their export. */
export async function identitiesOf(db: DrizzleD1Database, projectId: string, userId: string) {
  const rows = await db
    .select()
    .from(identities)
    .where(and(eq(identities.projectId, projectId), eq(identities.userId, userId)))
  return rows.map(({ provider, providerUserId, createdAt }) => ({
    provider,
    providerUserId,
    createdAt: isoTime(createdAt),
  }))
}
