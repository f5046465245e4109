/** Players without an account elsewhere: the device keeps a secret, and whoever knows it is the player. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { and, eq } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import type { UserRow } from './model.ts'
import { identities } from './schema.ts'
import { keyedHash } from './secrets.ts'
import { findUser, newUser } from './users.ts'

/** What is stored of a device's secret; it cannot be searched for without AUTH_SECRET. */
export const deviceKey = ({ AUTH_SECRET }: Pick<AuthEnv, 'AUTH_SECRET'>, secret: string): string =>
  keyedHash(AUTH_SECRET, 'device-identity', secret)

export async function findDeviceUser(
  db: DrizzleD1Database,
  { projectId }: Caller,
  providerUserId: string,
): Promise<UserRow | undefined> {
  const [row] = await db
    .select({ userId: identities.userId })
    .from(identities)
    .where(
      and(
        eq(identities.projectId, projectId),
        eq(identities.provider, 'device'),
        eq(identities.providerUserId, providerUserId),
      ),
    )
  return row && findUser(db, projectId, row.userId)
}

/** A user as it will be, and the statements that make it so. */
export function newDeviceUser(
  db: DrizzleD1Database,
  { projectId }: Caller,
  providerUserId: string,
) {
  const at = now()
  const nobody = { email: null, passwordHash: null, displayName: null }
  const made = newUser(db, { projectId, ...nobody, provider: 'device', at })
  const identity = db.insert(identities).values({
    projectId,
    provider: 'device',
    providerUserId,
    userId: made.user.id,
    createdAt: at,
  })
  const user: UserRow = {
    ...made.user,
    identities: JSON.stringify([{ provider: 'device', providerUserId }]),
  }
  return { user, statements: [identity, ...made.statements] as const }
}
