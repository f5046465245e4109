/** Definitions of leaderboards: found by id or slug, made within the plan, changed one change at a time. */
import { enforcePlanLimit } from '@coinop/billing/plan-limits'
import { planNamed, plans } from '@coinop/billing/plans'
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { isNotNullViolation, isUniqueViolation } from '@coinop/shared/d1'
import type { Statement } from '@coinop/shared/idempotency'
import { idPattern } from '@coinop/shared/ids'
import { announce } from '@coinop/shared/outbox'
import { Problem } from '@coinop/shared/problem'
import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { columnsOf, faultsOf, orderChanges } from './definition-rules.ts'
import { eventOf } from './events.ts'
import { type BoardRow, type Leaderboard, type LeaderboardPatch, toLeaderboard } from './model.ts'
import { problem } from './problems.ts'
import { boards, seasons } from './schema.ts'

/** Ids are unique in the world, slugs in a project: without a project a slug names nothing. */
export async function findBoard(
  db: DrizzleD1Database,
  projectId: string,
  name: string,
): Promise<BoardRow | undefined> {
  const named = idPattern('brd').test(name)
    ? eq(boards.id, name)
    : and(eq(boards.projectId, projectId), eq(boards.slug, name))
  const [row] = await db
    .select()
    .from(boards)
    .where(and(named, isNull(boards.deletedAt)))
  return row
}

/** The board of the caller's own project; throws `leaderboard_not_found`. */
export async function ownBoard(
  db: DrizzleD1Database,
  projectId: string,
  name: string,
): Promise<BoardRow> {
  const board = await findBoard(db, projectId, name)
  if (!board || board.projectId !== projectId) throw problem('leaderboard_not_found')
  return board
}

/** Boards after the id `after`, oldest first. */
export const listBoards = (
  db: DrizzleD1Database,
  projectId: string,
  { after, limit }: { after: string; limit: number },
) =>
  db
    .select()
    .from(boards)
    .where(and(eq(boards.projectId, projectId), gt(boards.id, after), isNull(boards.deletedAt)))
    .orderBy(asc(boards.id))
    .limit(limit)

/** What is written together with a change of a definition. */
export type Recorded = (board: Leaderboard) => Promise<Statement[]>

/** Throws `plan_limit`, `slug_taken` or `invalid_request`; else the row and `recordOf` are written together. */
export async function insertBoard(
  db: DrizzleD1Database,
  { plan }: Pick<Caller, 'plan'>,
  row: BoardRow,
  recordOf: Recorded,
): Promise<Leaderboard> {
  refuseFaults(row)
  const current = sql`SELECT count(*) FROM ${boards} WHERE ${boards.projectId} = ${row.projectId} AND ${boards.deletedAt} IS NULL`
  const limit = plans[planNamed(plan)].countsMax.boards
  // Null where the plan is full, which the table refuses: two that are made at once cannot both be the last one.
  const version = sql<number>`CASE WHEN (${current}) < ${limit} THEN 1 END`
  const board = toLeaderboard(row)
  try {
    await db.batch([
      db.insert(boards).values({ ...row, version }),
      announcementOf(db, row, 'created'),
      ...(await recordOf(board)),
    ])
    return board
  } catch (error) {
    if (isVersionMissing(error)) enforcePlanLimit({ plan }, 'boards', limit)
    throw isSlugTaken(error) ? problem('slug_taken') : error
  }
}

/** Changes a definition; throws `board_locked`, `slug_taken` or `invalid_request`. */
export const updateBoard = (
  db: DrizzleD1Database,
  find: () => Promise<BoardRow>,
  patch: LeaderboardPatch,
  recordOf: Recorded,
): Promise<Leaderboard> =>
  writeBoard(db, async () => {
    const row = await find()
    const turned = orderChanges(row, patch)
    if (turned.length > 0 && row.lockedAt !== null) {
      throw new Problem('board_locked', { errors: turned })
    }
    const changes = { ...columnsOf(patch), updatedAt: now() }
    const changed = { ...row, ...changes, version: row.version + 1 }
    refuseFaults(changed)
    const answer = toLeaderboard(changed)
    const more = [expiryOf(db, changed), ...(await recordOf(answer))]
    return { row, changes, unlocked: turned.length > 0, more, answer }
  })

type BoardWrite<T> = {
  row: BoardRow
  changes: Partial<BoardRow>
  /** Only if nothing has locked the board meanwhile. */
  unlocked?: boolean
  more: Statement[]
  answer: T
}

/** Writes what `plan` makes of the row that it reads, and raises the version by exactly 1; again if another was faster. */
export async function writeBoard<T>(
  db: DrizzleD1Database,
  plan: () => Promise<BoardWrite<T>>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const { row, changes, unlocked, more, answer } = await plan()
    const isFree = unlocked ? sql`AND ${boards.lockedAt} IS NULL` : sql``
    const version = sql`CASE WHEN ${boards.version} = ${row.version} ${isFree} THEN ${row.version + 1} END`
    try {
      await db.batch([
        db
          .update(boards)
          .set({ ...changes, version })
          .where(eq(boards.id, row.id)),
        announcementOf(db, { ...row, ...changes, version: row.version + 1 }, 'updated'),
        ...more,
      ])
      return answer
    } catch (error) {
      if (isSlugTaken(error)) throw problem('slug_taken')
      if (attempt === attemptsMax || !isVersionMissing(error)) throw error
    }
  }
}

/** Each attempt that fails is another's that succeeded. */
const attemptsMax = 20
const dayMilliseconds = 86_400_000

/** How long seasons are kept holds for those that have ended, too. */
const expiryOf = (db: DrizzleD1Database, { id, seasonsKeptDays }: BoardRow) =>
  db
    .update(seasons)
    .set({ expiresAt: expiresAt(sql`${seasons.closedAt}`, seasonsKeptDays) })
    .where(and(eq(seasons.boardId, id), eq(seasons.status, 'closed')))

const expiresAt = (closedAt: ReturnType<typeof sql>, days: number | null) =>
  days === null ? sql`NULL` : sql`${closedAt} + ${days * dayMilliseconds}`

export const expiryAfter = (closedAt: number, { seasonsKeptDays }: BoardRow): number | null =>
  seasonsKeptDays === null ? null : closedAt + seasonsKeptDays * dayMilliseconds

/** Nobody sees the board any more, and its slug is free; what it holds is removed by the sweep. */
export async function deleteBoard(
  db: DrizzleD1Database,
  row: BoardRow,
  record: Statement[],
): Promise<void> {
  const deletedAt = now()
  await db.batch([
    db
      .update(boards)
      .set({ deletedAt })
      .where(and(eq(boards.id, row.id), isNull(boards.deletedAt))),
    announcementOf(db, { ...row, updatedAt: deletedAt }, 'deleted'),
    ...record,
  ])
}

/** From now on nothing changes the order; answers the definition that it has been locked in. */
export async function lockBoard(db: DrizzleD1Database, row: BoardRow): Promise<BoardRow> {
  if (row.lockedAt !== null) return row
  const [locked] = await db
    .update(boards)
    .set({ lockedAt: sql`coalesce(${boards.lockedAt}, ${now()})` })
    .where(and(eq(boards.id, row.id), isNull(boards.deletedAt)))
    .returning()
  if (!locked) throw problem('leaderboard_not_found')
  return locked
}

const announcementOf = (
  db: DrizzleD1Database,
  { projectId, id, slug, version, updatedAt }: BoardRow,
  what: 'created' | 'updated' | 'deleted',
) => {
  const fact = { subject: id, data: { boardId: id, slug, version }, at: updatedAt }
  return announce(db, projectId, eventOf(`leaderboards.board.${what}`, fact))
}

function refuseFaults(row: BoardRow): void {
  const errors = faultsOf(row, now())
  if (errors.length > 0) throw new Problem('invalid_request', { errors })
}

const isSlugTaken = (error: unknown) => isUniqueViolation(error, 'boards')

const isVersionMissing = (error: unknown) => isNotNullViolation(error, 'boards.version')
