/** Reading standings: which board and season a request means, whether the caller may see it, and cursors that stay in their season. */
import { z } from '@hono/zod-openapi'
import type { Caller } from '@coinop/shared/caller'
import { actsForProject } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { type CursorScope, readCursor, writeCursor } from '@coinop/shared/pages'
import { invalidField } from '@coinop/shared/problem'
import { drizzle } from 'drizzle-orm/d1'
import { locate } from './board-cache.ts'
import type { Position } from './board-commands.ts'
import type { BoardRow } from './model.ts'
import { problem } from './problems.ts'
import { SeasonId } from './score-model.ts'
import { boardObject, findSeason, isGone, type SeasonRow } from './seasons.ts'

export const SeasonQuery = z.strictObject({
  season: SeasonId.optional().openapi({ description: 'Another season than that of now' }),
})

/** `object` is absent while nothing was written into the season. */
export type Standings = {
  board: BoardRow
  season: SeasonRow
  object: ReturnType<typeof boardObject> | undefined
}

/** Throws `leaderboard_not_found` for a private board of another project too, and for anybody without a credential. */
export async function standingsOf(
  env: LeaderboardsEnv,
  caller: Caller,
  { leaderboardId, season }: { leaderboardId: string; season: string | undefined },
): Promise<Standings> {
  const located = await locate(env, caller.projectId, leaderboardId)
  if (!located || !maySee(caller, located.board)) throw problem('leaderboard_not_found')
  const { board } = located
  if (season === undefined || season === located.season.id) {
    const object = located.stored ? boardObject(env, located.season) : undefined
    return { board, season: located.season, object }
  }
  const row = await findSeason(drizzle(env.LEADERBOARDS_DB), board, season)
  if (!row) throw problem('season_not_found')
  if (isGone(row, now())) throw problem('season_evicted')
  return { board, season: row, object: boardObject(env, row) }
}

const maySee = (caller: Caller, board: BoardRow): boolean =>
  board.public || (caller.kind !== 'anonymous' && caller.projectId === board.projectId)

/** An entry in quarantine is shown to whom it belongs to, and to who acts for the project. */
export function viewOf(caller: Caller, board: BoardRow, userId: string): 'owner' | 'everybody' {
  if (caller.projectId !== board.projectId) return 'everybody'
  return actsForProject(caller) || caller.actorId === userId ? 'owner' : 'everybody'
}

/** Where a page begins: a place in the order of one season, and the direction to read in. */
export type Place = { seasonId: string; direction: 'after' | 'before'; position: Position }

/** A board's cursors are good for everybody who may see it: a public one belongs to no project of the caller's. */
export const cursorScope = (env: LeaderboardsEnv, name: string): CursorScope => ({
  secret: env.CURSOR_SECRET,
  projectId: '',
  list: 'standings',
  filter: name,
})

export function readPlace(
  scope: CursorScope,
  cursor: string | undefined,
  season: string | undefined,
): Place | undefined {
  const text = readCursor(scope, cursor)
  if (text === undefined) return undefined
  const place = JSON.parse(text) as Place
  if (season === undefined || season === place.seasonId) return place
  throw invalidField('/query/season', 'The cursor belongs to another season.')
}

export const writePlace = (scope: CursorScope, place: Place): string =>
  writeCursor(scope, JSON.stringify(place))
