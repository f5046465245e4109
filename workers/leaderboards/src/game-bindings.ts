/** Which games feed which boards: rows of bindings, made within a limit, and found for whoever counts. */
import { isNotNullViolation } from '@coinop/shared/d1'
import type { Statement } from '@coinop/shared/idempotency'
import { and, asc, desc, eq, gt, inArray, isNull, lt, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { type GameBindingRow, type GameRefusalRow, gameBindingsMax } from './game-model.ts'
import type { BoardRow } from './model.ts'
import { problem } from './problems.ts'
import { boards, gameBindings, gameRefusals } from './schema.ts'

export type BoundBoard = { board: BoardRow; binding: GameBindingRow }

/** Throws `game_bindings_full`; else the row and `more` are written together. */
export async function insertGameBinding(
  db: DrizzleD1Database,
  row: GameBindingRow,
  more: Statement[],
): Promise<void> {
  const { boardId, createdAt } = row
  const current = sql`SELECT count(*) FROM ${gameBindings} WHERE ${gameBindings.boardId} = ${boardId}`
  // Null where there are enough, which the table refuses: two that are made at once cannot both be the last one.
  const made = sql<number>`CASE WHEN (${current}) < ${gameBindingsMax} THEN ${createdAt} END`
  try {
    await db.batch([db.insert(gameBindings).values({ ...row, createdAt: made }), ...more])
  } catch (error) {
    throw isNotNullViolation(error, 'game_bindings.created_at')
      ? problem('game_bindings_full')
      : error
  }
}

/** Throws `game_binding_not_found`. */
export async function findGameBinding(
  db: DrizzleD1Database,
  boardId: string,
  id: string,
): Promise<GameBindingRow> {
  const [row] = await db.select().from(gameBindings).where(isBinding({ boardId, id }))
  if (!row) throw problem('game_binding_not_found')
  return row
}

export const isBinding = ({ boardId, id }: Pick<GameBindingRow, 'boardId' | 'id'>) =>
  and(eq(gameBindings.boardId, boardId), eq(gameBindings.id, id))

/** Of a board, behind the id `after`, oldest first. */
export const listGameBindings = (
  db: DrizzleD1Database,
  boardId: string,
  { after, limit }: { after: string; limit: number },
) =>
  db
    .select()
    .from(gameBindings)
    .where(and(eq(gameBindings.boardId, boardId), gt(gameBindings.id, after)))
    .orderBy(asc(gameBindings.id))
    .limit(limit)

/** Of a board, below the sequence `before`, newest first. */
export const listGameRefusals = (
  db: DrizzleD1Database,
  boardId: string,
  { before, limit }: { before: RefusalPlace | undefined; limit: number },
): Promise<GameRefusalRow[]> =>
  db
    .select()
    .from(gameRefusals)
    .where(and(eq(gameRefusals.boardId, boardId), before && isBelow(before)))
    .orderBy(desc(gameRefusals.sequence), desc(gameRefusals.bindingId))
    .limit(limit)

export type RefusalPlace = { sequence: number; bindingId: string }
const isBelow = ({ sequence, bindingId }: RefusalPlace) =>
  sql`(${gameRefusals.sequence}, ${gameRefusals.bindingId}) < (${sequence}, ${bindingId})`

/** What is bound to one of these boards, of those that are not deleted. */
export const bindingsOfBoards = (
  db: DrizzleD1Database,
  boardIds: string[],
): Promise<BoundBoard[]> =>
  db
    .select({ board: boards, binding: gameBindings })
    .from(gameBindings)
    .innerJoin(boards, eq(boards.id, gameBindings.boardId))
    .where(and(inArray(gameBindings.boardId, boardIds), isNull(boards.deletedAt)))

/**
 * Up to `limit` bindings, those of a project together. With more than that each `turn` answers others, all of them in as
 * many turns as it takes: nobody keeps note of whose turn it is.
 */
export async function bindingsOfTurn(
  db: DrizzleD1Database,
  turn: number,
  limit: number,
): Promise<BoundBoard[]> {
  const turns = Math.max(1, Math.ceil((await db.$count(gameBindings)) / limit))
  return db
    .select({ board: boards, binding: gameBindings })
    .from(gameBindings)
    .innerJoin(boards, and(eq(boards.id, gameBindings.boardId), isNull(boards.deletedAt)))
    .orderBy(asc(gameBindings.projectId), asc(gameBindings.id))
    .limit(limit)
    .offset((turn % turns) * limit)
}

/** With the board goes what was bound to it. */
export const unbindStatements = (
  db: DrizzleD1Database,
  boardId: string,
): [Statement, ...Statement[]] => [
  db.delete(gameBindings).where(eq(gameBindings.boardId, boardId)),
  db.delete(gameRefusals).where(eq(gameRefusals.boardId, boardId)),
]

/** Newest results that were not counted, kept of a board. */
export const refusalsKeptMax = 1_000

export const forgetOldRefusals = (db: DrizzleD1Database, boardId: string) =>
  db
    .delete(gameRefusals)
    .where(
      and(
        eq(gameRefusals.boardId, boardId),
        lt(
          gameRefusals.sequence,
          sql`(SELECT sequence FROM game_refusals WHERE board_id = ${boardId} ORDER BY sequence DESC LIMIT 1 OFFSET ${refusalsKeptMax - 1})`,
        ),
      ),
    )
