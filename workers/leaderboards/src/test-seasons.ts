/** Seasons in the tests: closed, expired, and read as they stand. */
import { call } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { seasonsClose } from './routes/seasons.close.ts'
import { seasonsPreview } from './routes/seasons.preview.ts'
import { seasonsRewards } from './routes/seasons.rewards.ts'
import { seasons } from './schema.ts'
import { type Board, db, seasonsOf, uniqueKey } from './test-leaderboards.ts'

/** Moves the end of what was kept of a board's closed seasons into the past. */
export const expire = (boardId: string) =>
  db.update(seasons).set({ expiresAt: 1 }).where(eq(seasons.boardId, boardId))

export const currentSeasonOf = async (board: Board): Promise<string> =>
  (await seasonsOf(board))[0]!.id

export const closeSeasonOf = async (board: Board, seasonId?: string) =>
  call(seasonsClose, {
    params: { leaderboardId: board.id, seasonId: seasonId ?? (await currentSeasonOf(board)) },
    headers: uniqueKey(),
    caller: board.caller,
  })

export type Given = { userId: string; rank: number; currency: string; amount: number }

export async function previewOf(board: Board, seasonId: string): Promise<Given[]> {
  const params = { leaderboardId: board.id, seasonId }
  const query = { limit: '100' }
  return (await call(seasonsPreview, { params, query, caller: board.caller })).body.data
}

export async function rewardsOf(
  board: Board,
  seasonId: string,
): Promise<(Given & { status: string; refusal: string | null })[]> {
  const params = { leaderboardId: board.id, seasonId }
  const query = { limit: '100' }
  return (await call(seasonsRewards, { params, query, caller: board.caller })).body.data
}
