/**
 * The daily snapshot of every season that was open when the day ended: a row says how far it has got, so whatever is interrupted
 * goes on in the next minute, and each season is stored once for the day, however often it is tried.
 */
import { now } from '@coinop/shared/clock'
import { logError } from '@coinop/shared/log'
import { and, asc, eq, gt, isNull, lt, ne, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { boards, boardSnapshots, seasons, snapshotRuns } from './schema.ts'
import type { SeasonRow } from './seasons.ts'
import { dayMilliseconds, dayOf, endOfDay, readStanding, storeSnapshot } from './snapshots.ts'

type RunRow = typeof snapshotRuns.$inferSelect

/** Seasons of one run; the next minute goes on. */
export const snapshotsMax = 50
/** After so many passes what still fails is given up for the day; it is in the log. */
const passesMax = 5

/** A method is a step: a test can break off before and after each. */
export class SnapshotRun {
  private readonly env: LeaderboardsEnv
  private readonly db: DrizzleD1Database
  constructor(env: LeaderboardsEnv) {
    this.env = env
    this.db = drizzle(env.LEADERBOARDS_DB)
  }

  /** Goes on with the day that ended last. */
  async run(): Promise<void> {
    const day = dayOf(now() - dayMilliseconds)
    const run = await this.runOf(day)
    if (run.finishedAt !== null) return
    const found = await this.due(run)
    let failures = 0
    for (const season of found) {
      try {
        await this.take(season, day)
      } catch (error) {
        logError('leaderboards', 'snapshots.take', error)
        failures += 1
      }
    }
    await this.note(run, found.at(-1)?.id, { failures, isLast: found.length < snapshotsMax })
  }

  /** Begun by the first minute after the day. */
  private async runOf(day: string): Promise<RunRow> {
    const isDay = eq(snapshotRuns.day, day)
    const [known] = await this.db.select().from(snapshotRuns).where(isDay)
    if (known) return known
    const row = { day, afterSeasonId: '', pass: 1, failures: 0, finishedAt: null }
    await this.db.batch([
      this.db.insert(snapshotRuns).values(row).onConflictDoNothing(),
      this.db.delete(snapshotRuns).where(lt(snapshotRuns.day, day)),
    ])
    return row
  }

  /** Open when the day ended, also if it ended with the day; of no deleted board; not stored yet. */
  private due({ day, afterSeasonId }: RunRow): Promise<SeasonRow[]> {
    const end = endOfDay(day)
    const stored = sql`EXISTS (SELECT 1 FROM ${boardSnapshots} WHERE ${boardSnapshots.seasonId} = ${seasons.id}
      AND ${boardSnapshots.day} = ${day} AND ${boardSnapshots.takenAt} >= ${end})`
    const isOpen = sql`coalesce(${seasons.closedAt}, ${seasons.endsAt}, ${end}) >= ${end}`
    return this.db
      .select({ season: seasons })
      .from(seasons)
      .innerJoin(boards, and(eq(boards.id, seasons.boardId), isNull(boards.deletedAt)))
      .where(
        and(
          gt(seasons.id, afterSeasonId),
          lt(seasons.startsAt, end),
          ne(seasons.status, 'evicted'),
          isOpen,
          sql`NOT ${stored}`,
        ),
      )
      .orderBy(asc(seasons.id))
      .limit(snapshotsMax)
      .then((rows) => rows.map(({ season }) => season))
  }

  async take(season: SeasonRow, day: string): Promise<void> {
    const { id: seasonId, boardId, projectId } = season
    const standing = await readStanding(this.env, season)
    await storeSnapshot(this.env, { seasonId, day, boardId, projectId, ...standing })
  }

  /** The next minute begins behind the last; behind the very last with those that failed, or never again. */
  async note(
    run: RunRow,
    lastSeasonId: string | undefined,
    { failures: more, isLast }: { failures: number; isLast: boolean },
  ): Promise<void> {
    const failures = run.failures + more
    const isOver = isLast && (failures === 0 || run.pass >= passesMax)
    const next = isLast
      ? { afterSeasonId: '', pass: run.pass + 1, failures: 0 }
      : { afterSeasonId: lastSeasonId!, failures }
    await this.db
      .update(snapshotRuns)
      .set({ ...next, ...(isOver && { finishedAt: now() }) })
      .where(
        and(
          eq(snapshotRuns.day, run.day),
          eq(snapshotRuns.pass, run.pass),
          eq(snapshotRuns.afterSeasonId, run.afterSeasonId),
        ),
      )
  }
}
