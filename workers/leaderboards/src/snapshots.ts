/** How seasons stood at the end of days: rows of snapshots, written once each and kept for a while. */
import { isoTime, now } from '@coinop/shared/clock'
import type { Statement } from '@coinop/shared/idempotency'
import { and, desc, eq, getTableColumns, lt, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { archiveOf, pendingArchive } from './archives.ts'
import { sectionMax } from './board-commands.ts'
import { boardSnapshots, snapshotArchives, type SnapshotEntry } from './schema.ts'
import { boardObject, type SeasonRow } from './seasons.ts'

export type SnapshotRow = typeof boardSnapshots.$inferSelect
export type ListedSnapshot = Omit<SnapshotRow, 'entries'> & {
  kept: number
  archive: (typeof snapshotArchives.$inferSelect)['status'] | null
}

/** How long a snapshot can be read. What is in the bucket is kept as the bucket says. */
export const snapshotsKeptDays = 30
export const dayMilliseconds = 86_400_000
/** Bounds one run; the next minute goes on. */
const forgottenMax = 5_000

/** `2026-11-29`, in UTC. */
export const dayOf = (at: number): string => isoTime(at).slice(0, 10)
/** The first instant behind a day, in milliseconds. */
export const endOfDay = (day: string): number => Date.parse(day) + dayMilliseconds

export async function readStanding(
  env: LeaderboardsEnv,
  season: SeasonRow,
): Promise<Pick<SnapshotRow, 'total' | 'entries' | 'takenAt'>> {
  const { total, standings } = await boardObject(env, season).top({ limit: sectionMax })
  const entries = standings.map(({ userId, rank, keys }): SnapshotEntry => [userId, rank, keys])
  return { total, entries, takenAt: now() }
}

/**
 * Stores how a season stands as its snapshot of the day, together with `more`. A later one of the same day takes the place
 * of the one before, an earlier one never does.
 */
export async function storeSnapshot(
  env: LeaderboardsEnv,
  row: SnapshotRow,
  more: Statement[] = [],
): Promise<void> {
  const db = drizzle(env.LEADERBOARDS_DB)
  const { takenAt, total, entries } = row
  await db.batch([
    db
      .insert(boardSnapshots)
      .values(row)
      .onConflictDoUpdate({
        target: [boardSnapshots.seasonId, boardSnapshots.day],
        set: { takenAt, total, entries },
        setWhere: lt(boardSnapshots.takenAt, takenAt),
      }),
    ...(archiveOf(env) ? [pendingArchive(db, row)] : []),
    ...more,
  ])
}

/** Of a season, below the day `before`, newest first. */
export const listSnapshots = (
  db: DrizzleD1Database,
  seasonId: string,
  { before, limit }: { before: string | undefined; limit: number },
): Promise<ListedSnapshot[]> =>
  db
    .select({
      ...withoutEntries,
      kept: sql<number>`json_array_length(${boardSnapshots.entries})`,
      archive: snapshotArchives.status,
    })
    .from(boardSnapshots)
    .leftJoin(
      snapshotArchives,
      and(
        eq(snapshotArchives.seasonId, boardSnapshots.seasonId),
        eq(snapshotArchives.day, boardSnapshots.day),
      ),
    )
    .where(
      and(
        eq(boardSnapshots.seasonId, seasonId),
        before === undefined ? undefined : lt(boardSnapshots.day, before),
      ),
    )
    .orderBy(desc(boardSnapshots.day))
    .limit(limit)

const { entries: _, ...withoutEntries } = getTableColumns(boardSnapshots)

export async function findSnapshot(
  db: DrizzleD1Database,
  seasonId: string,
  day: string,
): Promise<SnapshotRow | undefined> {
  const [row] = await db
    .select()
    .from(boardSnapshots)
    .where(and(eq(boardSnapshots.seasonId, seasonId), eq(boardSnapshots.day, day)))
  return row
}

export type PastScore = { takenAt: number; userId: string; score: number }

/** What these users had in the snapshots of a season from the day `since` on, oldest first. */
export const scoresOfDays = (
  db: DrizzleD1Database,
  seasonId: string,
  { userIds, since }: { userIds: string[]; since: string },
): Promise<PastScore[]> =>
  // The users are one parameter, for a statement may have 100.
  db.all<PastScore>(sql`SELECT taken_at AS takenAt, value ->> 0 AS userId, value -> 2 ->> 0 AS score
    FROM board_snapshots, json_each(entries)
    WHERE season_id = ${seasonId} AND day >= ${since}
      AND value ->> 0 IN (SELECT value FROM json_each(${JSON.stringify(userIds)}))
    ORDER BY day`)

/** With a season go its snapshots. */
export const forgetSnapshotsOf = (db: DrizzleD1Database, seasonId: string) => [
  db.delete(boardSnapshots).where(eq(boardSnapshots.seasonId, seasonId)),
  db.delete(snapshotArchives).where(eq(snapshotArchives.seasonId, seasonId)),
]

/** Removes what is older than snapshots are kept, of any board; in the first minute of an hour only. */
export async function forgetOldSnapshots(db: DrizzleD1Database): Promise<void> {
  if (new Date(now()).getUTCMinutes() !== 0) return
  const first = dayOf(now() - snapshotsKeptDays * dayMilliseconds)
  for (const table of ['board_snapshots', 'snapshot_archives']) {
    await db.run(sql`DELETE FROM ${sql.identifier(table)} WHERE (season_id, day) IN
      (SELECT season_id, day FROM ${sql.identifier(table)} WHERE day < ${first} LIMIT ${forgottenMax})`)
  }
}
