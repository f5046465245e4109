/** How players are called on a page that anybody reads: their display names, made harmless, or a part of their id. */
import { systemCaller } from '@coinop/shared/caller'
import { logError } from '@coinop/shared/log'
import { plain } from '@coinop/shared/plain-text'

/** In UTF-16 units; longer names are cut. */
const nameCharactersMax = 40

/** By user; a page without names is better than none, so this never throws. */
export async function playerNames(
  env: LeaderboardsEnv,
  projectId: string,
  userIds: string[],
): Promise<Map<string, string>> {
  const names = new Map(userIds.map((userId) => [userId, `Player ${userId.slice(-4)}`]))
  if (userIds.length === 0) return names
  try {
    for (const { userId, displayName } of await env.PLAYER_NAMES.names(
      systemCaller(projectId),
      userIds,
    )) {
      if (displayName !== null) names.set(userId, plain(displayName, nameCharactersMax))
    }
  } catch (error) {
    logError('leaderboards', 'players.names', error)
  }
  return names
}
