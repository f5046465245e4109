/** Which Discord application somebody signs in with: a project's own for players, the server's for members. */
import { and, asc, eq, isNotNull } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { problem } from './problems.ts'
import { discordApplications, projects } from './schema.ts'
import { sealFor } from './secrets.ts'

export type DiscordClient = { clientId: string; clientSecret: string }

/** Of one application only. */
export const clientSecretSeal = ({ AUTH_SECRET }: Pick<AuthEnv, 'AUTH_SECRET'>, clientId: string) =>
  sealFor(AUTH_SECRET, `client-secret:${clientId}`)

/** The application of a project with this id; without one the oldest that has a secret. Throws `discord_not_configured`. */
export async function playersClient(
  env: AuthEnv,
  projectId: string,
  clientId: string | undefined,
): Promise<DiscordClient> {
  const [row] = await drizzle(env.AUTH_DB)
    .select()
    .from(discordApplications)
    .where(
      and(
        eq(discordApplications.projectId, projectId),
        isNotNull(discordApplications.sealedClientSecret),
        clientId === undefined ? undefined : eq(discordApplications.applicationId, clientId),
      ),
    )
    .orderBy(asc(discordApplications.createdAt), asc(discordApplications.applicationId))
    .limit(1)
  if (!row) throw problem('discord_not_configured')
  const { applicationId, sealedClientSecret } = row
  const clientSecret = await clientSecretSeal(env, applicationId).open(sealedClientSecret ?? '')
  return { clientId: applicationId, clientSecret }
}

/** Throws `redirect_uri_not_listed`. */
export async function refuseUnlistedForPlayers(
  env: AuthEnv,
  projectId: string,
  redirectUri: string,
): Promise<void> {
  const [row] = await drizzle(env.AUTH_DB)
    .select({ redirectUris: projects.redirectUris })
    .from(projects)
    .where(eq(projects.id, projectId))
  if (!row?.redirectUris.includes(redirectUri)) throw problem('redirect_uri_not_listed')
}

/** The application of the dashboard, by configuration. Throws `discord_not_configured`. */
export function membersClient(env: AuthEnv): DiscordClient {
  const { MEMBERS_DISCORD_CLIENT_ID: clientId, MEMBERS_DISCORD_CLIENT_SECRET: clientSecret } = env
  if (!clientId || !clientSecret) throw problem('discord_not_configured')
  return { clientId, clientSecret }
}

/** The configuration lists them with spaces in between. Throws `redirect_uri_not_listed`. */
export function refuseUnlistedForMembers(env: AuthEnv, redirectUri: string): void {
  const listed = (env.MEMBERS_DISCORD_REDIRECT_URIS ?? '').split(/\s+/)
  if (!listed.includes(redirectUri)) throw problem('redirect_uri_not_listed')
}
