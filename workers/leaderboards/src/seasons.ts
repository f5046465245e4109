/** Which season an instant belongs to. A season is stored when the first score is on its way to it, or when it is closed. */
import { derivedId } from '@coinop/shared/ids'
import { and, desc, eq, lt } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import type { BoardReference } from './board-commands.ts'
import { type BoardRow, scheduleOf } from './model.ts'
import { periodOf } from './schedule.ts'
import { seasons } from './schema.ts'

export type SeasonRow = typeof seasons.$inferSelect
/** The season of now, whether it is stored yet, and the one before it. */
export type Current = { season: SeasonRow; stored: boolean; previous: SeasonRow | undefined }

/** When a season is over: closed by hand, or as the schedule said; undefined while nobody knows. */
const endOf = ({ closedAt, endsAt }: SeasonRow): number | null => closedAt ?? endsAt

/** The season of the instant `at` behind the stored ones, of which `last` is the newest. Pure: asking again gives the same id. */
export function seasonAt(board: BoardRow, last: SeasonRow | undefined, at: number): SeasonRow {
  const lastEnd = last ? endOf(last) : board.createdAt
  if (last && (lastEnd === null || at < lastEnd)) return last
  const number = (last?.number ?? 0) + 1
  const schedule = scheduleOf(board)
  const period = schedule ? periodOf(schedule, at) : { startsAt: 0, endsAt: null }
  // Not before the one before it ended: what was closed by hand is followed by the rest of its period.
  const startsAt = Math.max(period.startsAt, lastEnd ?? 0)
  return {
    boardId: board.id,
    number,
    id: derivedId('sea', startsAt, `${board.id}/${number}`),
    projectId: board.projectId,
    startsAt,
    endsAt: period.endsAt,
    status: 'open',
    closedAt: null,
    total: null,
    digest: null,
    rewards: null,
    boardName: null,
    listedTo: null,
    expiresAt: null,
  }
}

export async function currentSeason(
  db: DrizzleD1Database,
  board: BoardRow,
  at: number,
): Promise<Current> {
  const [last, before] = await db
    .select()
    .from(seasons)
    .where(eq(seasons.boardId, board.id))
    .orderBy(desc(seasons.number))
    .limit(2)
  const season = seasonAt(board, last, at)
  const stored = season === last
  return { season, stored, previous: stored ? before : last }
}

const attemptsMax = 10

/** The season of now, stored. Of two that begin one at once the first is the season, also when their schedules differ. */
export async function openSeason(
  db: DrizzleD1Database,
  board: BoardRow,
  at: number,
): Promise<Current> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const current = await currentSeason(db, board, at)
    if (current.stored) return current
    await db.insert(seasons).values(current.season).onConflictDoNothing()
  }
  throw new Error('A season could not be stored.')
}

/** Newest first, behind the number `before`; on the first page with the season of `at`, also when it is not stored. */
export async function listSeasons(
  db: DrizzleD1Database,
  board: BoardRow,
  { before, limit, at }: { before: number | undefined; limit: number; at: number },
): Promise<SeasonRow[]> {
  const rows = await db
    .select()
    .from(seasons)
    .where(
      and(
        eq(seasons.boardId, board.id),
        before === undefined ? undefined : lt(seasons.number, before),
      ),
    )
    .orderBy(desc(seasons.number))
    .limit(limit)
  const current = seasonAt(board, rows[0], at)
  return before !== undefined || current === rows[0] ? rows : [current, ...rows].slice(0, limit)
}

/** The season as it is stored, now if it was not. */
export async function storeSeason(
  db: DrizzleD1Database,
  board: BoardRow,
  season: SeasonRow,
): Promise<SeasonRow> {
  await db.insert(seasons).values(season).onConflictDoNothing()
  return (await findSeason(db, board, season.id)) ?? season
}

export async function findSeason(
  db: DrizzleD1Database,
  board: BoardRow,
  seasonId: string,
): Promise<SeasonRow | undefined> {
  const [row] = await db
    .select()
    .from(seasons)
    .where(and(eq(seasons.id, seasonId), eq(seasons.boardId, board.id)))
  return row
}

/** Whether the time is over that it was kept for; the sweep removes it within minutes. */
export const isGone = ({ status, expiresAt }: SeasonRow, at: number): boolean =>
  status === 'evicted' || (status === 'closed' && expiresAt !== null && expiresAt <= at)

/** The season's object. */
export const boardObject = (env: LeaderboardsEnv, { projectId, boardId, id }: SeasonRow) =>
  env.BOARDS.getByName(`${projectId}/${boardId}/${id}`)

/** What the object is told of its season and its rules with every write. */
export function referenceOf(board: BoardRow, season: SeasonRow): BoardReference {
  const { projectId, boardId, id: seasonId, startsAt, endsAt } = season
  const { version, keys, tiePolicy, operator, scoreMin, scoreMax, attemptsMax: most } = board
  return {
    season: { projectId, boardId, seasonId, startsAt, endsAt },
    rules: {
      version,
      keys: keys.map(({ sort }) => ({ sort })),
      tiePolicy,
      operator,
      ...(scoreMin !== null && { scoreMin }),
      ...(scoreMax !== null && { scoreMax }),
      ...(most !== null && { attemptsMax: most }),
      ...(board.fraudRules.length > 0 && { fraud: board.fraudRules }),
    },
  }
}
