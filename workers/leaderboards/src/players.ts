/** Whether users exist, so that a mistyped id never stands on a board. Users are never removed, so a yes stays true. */
import type { Caller } from '@coinop/shared/caller'
import { ask } from '@coinop/shared/neighbour'

/** By project. */
const known = new Map<string, Set<string>>()
const knownMax = 10_000
let knownCount = 0

/** Those of `userIds` (100 at most) who are users of the caller's project. */
export async function existing(
  players: LeaderboardsEnv['PLAYERS'],
  caller: Caller,
  userIds: string[],
): Promise<Set<string>> {
  const { projectId, kind, actorId } = caller
  const ofProject = known.get(projectId)
  const found = new Set<string>()
  const unknown = new Set<string>()
  for (const userId of userIds) {
    const isSelf = kind === 'player' && actorId === userId
    const isKnown = isSelf || ofProject?.has(userId) === true
    ;(isKnown ? found : unknown).add(userId)
  }
  if (unknown.size === 0) return found
  const asked = await ask('auth', () => players.existing(caller, [...unknown]))
  remember(projectId, asked)
  for (const userId of asked) found.add(userId)
  return found
}

function remember(projectId: string, userIds: string[]): void {
  if (knownCount >= knownMax) {
    known.clear()
    knownCount = 0
  }
  const ofProject = known.get(projectId) ?? new Set()
  knownCount -= ofProject.size
  for (const userId of userIds) ofProject.add(userId)
  knownCount += ofProject.size
  known.set(projectId, ofProject)
}
