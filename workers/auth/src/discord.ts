/** What Discord's own ids mean here: which project an application belongs to, and which user a Discord user is. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { isUniqueViolation } from '@coinop/shared/d1'
import { and, eq, inArray, or, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { alias } from 'drizzle-orm/sqlite-core'
import { displayNameCharactersMax } from './model.ts'
import { discordApplications, discordServers, identities, projects, users } from './schema.ts'
import { sealFor } from './secrets.ts'
import { newUser } from './users.ts'

/** `publicKey` is 64 hexadecimal characters, as Discord shows it. */
export type DiscordApplication = {
  applicationId: string
  projectId: string
  publicKey: string
  plan: string
}

export async function findApplication(
  database: D1Database,
  applicationId: string,
): Promise<DiscordApplication | undefined> {
  const [row] = await drizzle(database)
    .select({
      applicationId: discordApplications.applicationId,
      projectId: discordApplications.projectId,
      publicKey: discordApplications.publicKey,
      plan: projects.plan,
    })
    .from(discordApplications)
    .innerJoin(projects, eq(projects.id, discordApplications.projectId))
    .where(eq(discordApplications.applicationId, applicationId))
  return row
}

/** The project that a server's economy is, with its plan. */
export type DiscordServerProject = { projectId: string; plan: string }

/** Undefined when the server shares the economy of the application. Another tenant's project is never the answer. */
export async function findServerProject(
  database: D1Database,
  applicationId: string,
  serverId: string,
): Promise<DiscordServerProject | undefined> {
  const own = alias(projects, 'own')
  const [row] = await drizzle(database)
    .select({ projectId: own.id, plan: own.plan })
    .from(discordServers)
    .innerJoin(
      discordApplications,
      eq(discordApplications.applicationId, discordServers.applicationId),
    )
    .innerJoin(projects, eq(projects.id, discordApplications.projectId))
    .innerJoin(own, and(eq(own.id, discordServers.projectId), eq(own.tenantId, projects.tenantId)))
    .where(
      and(eq(discordServers.applicationId, applicationId), eq(discordServers.serverId, serverId)),
    )
  return row
}

/** Of one application only. */
export const botTokenSeal = (
  { AUTH_SECRET }: Pick<AuthEnv, 'AUTH_SECRET'>,
  applicationId: string,
) => sealFor(AUTH_SECRET, `bot-token:${applicationId}`)

/** Applications of the same tenant that serve a server whose economy is the project's. */
const servingOf = (database: D1Database, projectId: string) => {
  const own = alias(projects, 'own')
  return drizzle(database)
    .select({ applicationId: discordServers.applicationId })
    .from(discordServers)
    .innerJoin(
      discordApplications,
      eq(discordApplications.applicationId, discordServers.applicationId),
    )
    .innerJoin(projects, eq(projects.id, discordApplications.projectId))
    .innerJoin(own, and(eq(own.id, discordServers.projectId), eq(own.tenantId, projects.tenantId)))
    .where(eq(discordServers.projectId, projectId))
}

/** What acts for a project at Discord, oldest first, as far as tokens are known: its own applications, and those that serve it. */
export async function botsOf(
  env: AuthEnv,
  projectId: string,
): Promise<{ applicationId: string; botToken: string }[]> {
  const rows = await drizzle(env.AUTH_DB)
    .select()
    .from(discordApplications)
    .where(
      or(
        eq(discordApplications.projectId, projectId),
        inArray(discordApplications.applicationId, servingOf(env.AUTH_DB, projectId)),
      ),
    )
    .orderBy(discordApplications.createdAt)
  const sealed = rows.flatMap(({ applicationId, sealedBotToken }) =>
    sealedBotToken === null ? [] : [{ applicationId, sealedBotToken }],
  )
  return Promise.all(
    sealed.map(async ({ applicationId, sealedBotToken }) => ({
      applicationId,
      botToken: await botTokenSeal(env, applicationId).open(sealedBotToken),
    })),
  )
}

export type DiscordUser = { discordId: string; displayName: string }
export type DiscordPlayer = { userId: string; displayName: string; created: boolean }

/** The user that a Discord user is in the caller's project, made at the first call. Of many at once one makes it. */
export async function findOrCreatePlayer(
  database: D1Database,
  { projectId }: Caller,
  discordUser: DiscordUser,
): Promise<DiscordPlayer> {
  const db = drizzle(database)
  const known = await findPlayer(db, projectId, discordUser)
  if (known) return known
  try {
    return await createPlayer(db, projectId, discordUser)
  } catch (error) {
    if (!isUniqueViolation(error, 'identities')) throw error
    const winner = await findPlayer(db, projectId, discordUser)
    if (winner) return winner
    throw error
  }
}

/** `discordId` is null for who never came from Discord. */
export type NamedPlayer = { userId: string; displayName: string | null; discordId: string | null }
const namedMax = 100

/** How users (100 at most) are called, here and at Discord; who is unknown is left out. */
export async function namesOf(
  database: D1Database,
  projectId: string,
  userIds: string[],
): Promise<NamedPlayer[]> {
  if (userIds.length > namedMax) throw new RangeError(`At most ${namedMax} users a question.`)
  return drizzle(database)
    .select({
      userId: users.id,
      displayName: users.displayName,
      discordId: identities.providerUserId,
    })
    .from(users)
    .leftJoin(
      identities,
      and(
        eq(identities.projectId, users.projectId),
        eq(identities.userId, users.id),
        eq(identities.provider, 'discord'),
      ),
    )
    .where(
      and(
        eq(users.projectId, projectId),
        // One parameter for all of them: D1 takes 100.
        sql`${users.id} IN (SELECT value FROM json_each(${JSON.stringify(userIds)}))`,
      ),
    )
}

async function findPlayer(
  db: DrizzleD1Database,
  projectId: string,
  { discordId, displayName }: DiscordUser,
): Promise<DiscordPlayer | undefined> {
  const [row] = await db
    .select({ userId: users.id, displayName: users.displayName })
    .from(identities)
    .innerJoin(
      users,
      and(eq(users.projectId, identities.projectId), eq(users.id, identities.userId)),
    )
    .where(
      and(
        eq(identities.projectId, projectId),
        eq(identities.provider, 'discord'),
        eq(identities.providerUserId, discordId),
      ),
    )
  return row && { userId: row.userId, displayName: row.displayName ?? displayName, created: false }
}

async function createPlayer(
  db: DrizzleD1Database,
  projectId: string,
  { discordId, displayName: given }: DiscordUser,
): Promise<DiscordPlayer> {
  const at = now()
  const displayName = Array.from(given).slice(0, displayNameCharactersMax).join('')
  const { user, statements } = newUser(db, {
    projectId,
    email: null,
    passwordHash: null,
    displayName,
    at,
  })
  const identity = db.insert(identities).values({
    projectId,
    provider: 'discord',
    providerUserId: discordId,
    userId: user.id,
    createdAt: at,
  })
  await db.batch([identity, ...statements])
  return { userId: user.id, displayName, created: true }
}
