/** Who a Discord user is in the project: found, or created at their first command. */
import type { Caller } from '@coinop/shared/caller'
import type { DiscordUser } from './interaction.ts'
import { plain } from './text.ts'

export type Player = { userId: string; discordId: string }

/** Longest display name that `auth` stores. */
const displayNameMax = 64

/** Safe to run several times at once: one Discord id is one user. */
export async function findPlayer(
  env: DiscordEnv,
  caller: Caller,
  { id, name }: DiscordUser,
): Promise<Player> {
  const { userId } = await env.DISCORD_PLAYERS.findOrCreate(caller, {
    discordId: id,
    displayName: plain(name, displayNameMax),
  })
  return { userId, discordId: id }
}

/** What Discord vouches for: this Worker, acting in the application's project, before any player is known. */
export const applicationCaller = (
  request: Caller,
  { projectId, plan }: { projectId: string; plan: string },
): Caller => ({ ...request, kind: 'system', actorId: 'discord', projectId, plan, scopes: [] })

export const playerCaller = (caller: Caller, { userId }: Player): Caller => ({
  ...caller,
  kind: 'player',
  actorId: userId,
})
