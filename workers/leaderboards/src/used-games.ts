/** Counts what was played on boards that somebody looks at: within seconds, where the minutely sweep takes up to a minute. */
import { uncounted } from '@coinop/shared/cost'
import { logError } from '@coinop/shared/log'
import { drizzle } from 'drizzle-orm/d1'
import { bindingsOfBoards } from './game-bindings.ts'
import { countGames } from './game-counting.ts'
import { noteUnbound, takeUsed } from './used-boards.ts'

/** Behind an answer, so that nobody waits for it. */
export function countForUsed(
  env: LeaderboardsEnv,
  context: { waitUntil: (work: Promise<unknown>) => void },
): void {
  const boardIds = takeUsed()
  if (boardIds.length > 0) context.waitUntil(uncounted(() => countFor(env, boardIds)))
}

async function countFor(env: LeaderboardsEnv, boardIds: string[]): Promise<void> {
  try {
    const bound = await bindingsOfBoards(drizzle(env.LEADERBOARDS_DB), boardIds)
    const boundIds = new Set(bound.map(({ board }) => board.id))
    for (const boardId of boardIds) if (!boundIds.has(boardId)) noteUnbound(boardId)
    await countGames(env, bound)
  } catch (error) {
    logError('leaderboards', 'games.count', error)
  }
}
