/** The minutely sweep: ends seasons whose time has come, pays what is owed, counts what was played, removes what nobody may read any more. */
import { sendNotes } from '@coinop/shared/audit'
import { now } from '@coinop/shared/clock'
import { pruneIdempotency } from '@coinop/shared/idempotency'
import { logError } from '@coinop/shared/log'
import { drainOutbox } from '@coinop/shared/outbox'
import { and, asc, eq, lte, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { bindingsOfTurn, unbindStatements } from './game-bindings.ts'
import { countGames } from './game-counting.ts'
import { groupingEnv } from './groups.ts'
import { archiveSnapshots, removeArchives } from './archives.ts'
import type { BoardRow } from './model.ts'
import { boards, seasonRewards, seasons } from './schema.ts'
import { closeSeason, paymentsMax, SeasonEnd } from './season-end.ts'
import { boardObject, type SeasonRow } from './seasons.ts'
import { SnapshotRun } from './snapshot-run.ts'
import { forgetOldSnapshots, forgetSnapshotsOf } from './snapshots.ts'

/** Bounds one run; the next minute goes on. */
const seasonsMax = 50
/** Each is at least one question to the wallet. */
const paidSeasonsMax = 8
const deletedBoardsMax = 5
const gameBindingsSweptMax = 500
const minuteMilliseconds = 60_000
/** Longer than any isolate remembers a board: nothing is written into what is removed. */
const removedAfterMilliseconds = 60_000

export async function sweep(env: LeaderboardsEnv): Promise<void> {
  const db = drizzle(env.LEADERBOARDS_DB)
  await attempt('seasons.end', () => endSeasons(env, db))
  await attempt('seasons.pay', () => paySeasons(env, db))
  await attempt('seasons.evict', () => evictSeasons(env, db))
  await attempt('boards.remove', () => removeBoards(env, db))
  await attempt('games.count', () => countAllGames(env, db))
  await attempt('snapshots.take', () => new SnapshotRun(env).run())
  await attempt('snapshots.archive', () => archiveSnapshots(env))
  await attempt('snapshots.forget', () => forgetOldSnapshots(db))
  await drainOutbox(db, env.EVENTS_APPENDS)
  await sendNotes(db, env.AUTH_AUDIT)
  await pruneIdempotency(db)
}

export const endedSeasons = (db: DrizzleD1Database) =>
  db
    .select()
    .from(seasons)
    .where(and(eq(seasons.status, 'open'), lte(seasons.endsAt, now())))
    .orderBy(asc(seasons.endsAt))
    .limit(seasonsMax)

export const unpaidSeasons = (db: DrizzleD1Database) =>
  db
    .select()
    .from(seasons)
    // In words, for the index is partial: SQLite does not look into parameters of IN.
    .where(sql`${seasons.status} IN ('listing', 'paying')`)
    .orderBy(asc(seasons.closedAt))
    .limit(seasonsMax)

export const expiredSeasons = (db: DrizzleD1Database) =>
  db
    .select()
    .from(seasons)
    .where(and(eq(seasons.status, 'closed'), lte(seasons.expiresAt, now())))
    .orderBy(asc(seasons.expiresAt))
    .limit(seasonsMax)

/** A season of a deleted board ends with it, without rewards. */
async function endSeasons(env: LeaderboardsEnv, db: DrizzleD1Database): Promise<void> {
  for (const season of await endedSeasons(db)) {
    await attempt('seasons.end', async () => {
      const board = await boardOf(db, season)
      if (board.deletedAt === null) await closeSeason(env, { board, season }, now())
    })
  }
}

/** One budget for all, and the oldest first: whoever won is paid in the order of the seasons. */
async function paySeasons(given: LeaderboardsEnv, db: DrizzleD1Database): Promise<void> {
  const env = groupingEnv(given)
  let paymentsLeft = paymentsMax
  let paidSeasonsLeft = paidSeasonsMax
  for (const season of await unpaidSeasons(db)) {
    await attempt('seasons.pay', async () => {
      const end = new SeasonEnd(env, await boardOf(db, season))
      const { payments } = await end.run(season, now(), paymentsLeft)
      paymentsLeft -= payments
      if (payments > 0) paidSeasonsLeft -= 1
    })
    if (paymentsLeft <= 0 || paidSeasonsLeft <= 0) return
  }
}

/** The object first: what is marked as removed is removed. Readers are refused since it expired. */
async function evictSeasons(env: LeaderboardsEnv, db: DrizzleD1Database): Promise<void> {
  for (const season of await expiredSeasons(db)) {
    await attempt('seasons.evict', async () => {
      await boardObject(env, season).wipe()
      await db.batch([
        db.delete(seasonRewards).where(eq(seasonRewards.seasonId, season.id)),
        db.update(seasons).set({ status: 'evicted' }).where(eq(seasons.id, season.id)),
        ...forgetSnapshotsOf(db, season.id),
      ])
    })
  }
}

/** What is owed is paid before a board goes. */
async function removeBoards(env: LeaderboardsEnv, db: DrizzleD1Database): Promise<void> {
  const deleted = await db
    .select()
    .from(boards)
    .where(lte(boards.deletedAt, now() - removedAfterMilliseconds))
    .orderBy(asc(boards.deletedAt))
    .limit(deletedBoardsMax)
  for (const board of deleted) {
    await attempt('boards.remove', () => removeBoard(env, db, board))
  }
}

async function removeBoard(
  env: LeaderboardsEnv,
  db: DrizzleD1Database,
  board: BoardRow,
): Promise<void> {
  const held = await db
    .select()
    .from(seasons)
    .where(eq(seasons.boardId, board.id))
    .limit(seasonsMax)
  for (const season of held) {
    if (season.status === 'listing' || season.status === 'paying') continue
    await boardObject(env, season).wipe()
    await db.batch([
      db.delete(seasonRewards).where(eq(seasonRewards.seasonId, season.id)),
      db.delete(seasons).where(eq(seasons.id, season.id)),
      ...forgetSnapshotsOf(db, season.id),
    ])
  }
  const left = await db.$count(seasons, eq(seasons.boardId, board.id))
  if (left > 0 || !(await removeArchives(env, board))) return
  await db.batch([
    ...unbindStatements(db, board.id),
    db.delete(boards).where(eq(boards.id, board.id)),
  ])
}

async function countAllGames(env: LeaderboardsEnv, db: DrizzleD1Database): Promise<void> {
  const turn = Math.floor(now() / minuteMilliseconds)
  await countGames(env, await bindingsOfTurn(db, turn, gameBindingsSweptMax))
}

async function boardOf(db: DrizzleD1Database, { boardId }: SeasonRow): Promise<BoardRow> {
  const [board] = await db.select().from(boards).where(eq(boards.id, boardId))
  if (!board) throw new Error(`The board ${boardId} of a season is gone.`)
  return board
}

/** One that fails must not keep the others waiting. */
async function attempt(operation: string, perform: () => Promise<unknown>): Promise<void> {
  try {
    await perform()
  } catch (error) {
    logError('leaderboards', operation, error)
  }
}
