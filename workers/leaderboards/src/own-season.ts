/** The season that a request names, of a board of the caller's own project. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { drizzle } from 'drizzle-orm/d1'
import { ownBoard } from './boards.ts'
import type { BoardRow } from './model.ts'
import { problem } from './problems.ts'
import { currentSeason, findSeason, type SeasonRow } from './seasons.ts'

/** The season of now is there before it is stored. Throws `leaderboard_not_found` or `season_not_found`. */
export async function ownSeason(
  env: LeaderboardsEnv,
  { projectId }: Caller,
  { leaderboardId, seasonId }: { leaderboardId: string; seasonId: string },
): Promise<{ board: BoardRow; season: SeasonRow }> {
  const db = drizzle(env.LEADERBOARDS_DB)
  const board = await ownBoard(db, projectId, leaderboardId)
  const stored = await findSeason(db, board, seasonId)
  if (stored) return { board, season: stored }
  const { season } = await currentSeason(db, board, now())
  if (season.id !== seasonId) throw problem('season_not_found')
  return { board, season }
}
