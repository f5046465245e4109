/** Definitions and the seasons of now, kept in the isolate for a moment, so that a score costs no query of D1. */
import { now } from '@coinop/shared/clock'
import { idPattern } from '@coinop/shared/ids'
import { drizzle } from 'drizzle-orm/d1'
import { findBoard } from './boards.ts'
import type { BoardRow } from './model.ts'
import { noteUse } from './used-boards.ts'
import { type Current, currentSeason } from './seasons.ts'

/** A definition may be this old; whether a season is over its object decides, which is exact. */
export const cachedMillisecondsMax = 5_000
const cachedBoardsMax = 1_000

export type Located = Current & { board: BoardRow }
type Cached = { located: Located; until: number }
const cache = new Map<string, Cached>()

/** Ids are the same for everybody. */
const keyOf = (projectId: string, name: string) =>
  idPattern('brd').test(name) ? name : `${projectId}/${name}`

/** The board and its season of now; undefined when there is none. Of which project it is, the caller has to look. */
export async function locate(
  env: LeaderboardsEnv,
  projectId: string,
  name: string,
): Promise<Located | undefined> {
  const found = await remembered(env, projectId, name)
  if (found) noteUse(found.board.id)
  return found
}

async function remembered(
  env: LeaderboardsEnv,
  projectId: string,
  name: string,
): Promise<Located | undefined> {
  const at = now()
  const cached = cache.get(keyOf(projectId, name))
  if (cached && at < cached.until) return cached.located
  const db = drizzle(env.LEADERBOARDS_DB)
  const board = await findBoard(db, projectId, name)
  if (!board) return undefined
  const located = { board, ...(await currentSeason(db, board, at)) }
  remember(keyOf(projectId, name), located)
  return located
}

/**
 * Until the lifetime is over or the season ends, whichever is first. That nothing was written into a season yet is not
 * remembered: the first score makes it untrue, whichever isolate takes it.
 */
export function remember(key: string, located: Located): void {
  if (!located.stored) return
  if (cache.size >= cachedBoardsMax) cache.clear()
  const until = Math.min(now() + cachedMillisecondsMax, located.season.endsAt ?? Infinity)
  cache.set(key, { located, until })
}

/** After a change made here, so that whoever made it sees it. */
export function forget({ projectId, id }: Pick<BoardRow, 'projectId' | 'id'>): void {
  for (const [key, { located }] of cache) {
    const { board } = located
    if (board.id === id && board.projectId === projectId) cache.delete(key)
  }
}
