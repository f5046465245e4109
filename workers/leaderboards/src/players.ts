/** Whether users exist, so that a mistyped id never stands on a board. Users are never removed, so a yes stays true. */
import type { Caller } from '@coinop/shared/caller'
import { ask } from '@coinop/shared/neighbour'

const known = new Set<string>()
const knownMax = 10_000

/** Those of `userIds` (100 at most) who are users of the caller's project. */
export async function existing(
  players: LeaderboardsEnv['PLAYERS'],
  caller: Caller,
  userIds: string[],
): Promise<Set<string>> {
  const nameOf = (userId: string) => `${caller.projectId}/${userId}`
  const isSelf = (userId: string) => caller.kind === 'player' && caller.actorId === userId
  const unknown = [...new Set(userIds)].filter((each) => !isSelf(each) && !known.has(nameOf(each)))
  if (unknown.length > 0) {
    if (known.size >= knownMax) known.clear()
    const found = await ask('auth', () => players.existing(caller, unknown))
    for (const userId of found) known.add(nameOf(userId))
  }
  return new Set(userIds.filter((each) => isSelf(each) || known.has(nameOf(each))))
}
