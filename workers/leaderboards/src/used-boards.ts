/** Boards that somebody looks at: what was played is counted there within seconds, and elsewhere by the minutely sweep. */
import { now } from '@coinop/shared/clock'
import { logError } from '@coinop/shared/log'
import { drizzle } from 'drizzle-orm/d1'
import { bindingsOfBoards } from './game-bindings.ts'
import { countGames } from './game-counting.ts'

/** A board is looked after at most this often in an isolate; one that no game is bound to less often. */
const boundMilliseconds = 2_000
const unboundMilliseconds = 30_000
/** Boards at once: what is more waits for the sweep. */
const boardsMax = 20
const rememberedMax = 1_000

const used = new Set<string>()
/** Not again before this time. */
const notBefore = new Map<string, number>()

/** Notes that a board was read or written. */
export function noteUse(boardId: string): void {
  if (used.size < boardsMax && now() >= (notBefore.get(boardId) ?? 0)) used.add(boardId)
}

/** A game was just bound to it. */
export function noteBinding(boardId: string): void {
  notBefore.delete(boardId)
}

/** Behind an answer, so that nobody waits for it. */
export function countForUsed(
  env: LeaderboardsEnv,
  context: { waitUntil: (work: Promise<unknown>) => void },
): void {
  if (used.size === 0) return
  const boardIds = [...used]
  used.clear()
  if (notBefore.size > rememberedMax) notBefore.clear()
  for (const boardId of boardIds) notBefore.set(boardId, now() + boundMilliseconds)
  context.waitUntil(countFor(env, boardIds))
}

async function countFor(env: LeaderboardsEnv, boardIds: string[]): Promise<void> {
  try {
    const bound = await bindingsOfBoards(drizzle(env.LEADERBOARDS_DB), boardIds)
    const boundIds = new Set(bound.map(({ board }) => board.id))
    for (const boardId of boardIds) {
      if (!boundIds.has(boardId)) notBefore.set(boardId, now() + unboundMilliseconds)
    }
    await countGames(env, bound)
  } catch (error) {
    logError('leaderboards', 'games.count', error)
  }
}
