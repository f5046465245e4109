/** Snapshots in the tests: taken by hand, listed, and read. */
import { call } from '@coinop/shared/testing'
import { and, asc, eq } from 'drizzle-orm'
import { snapshotsCreate } from './routes/snapshots.create.ts'
import { snapshotsGet } from './routes/snapshots.get.ts'
import { snapshotsList } from './routes/snapshots.list.ts'
import { boardSnapshots, snapshotArchives } from './schema.ts'
import { type Board, db } from './test-leaderboards.ts'

export const takeSnapshot = (board: Board, headers: Record<string, string> = {}) =>
  call(snapshotsCreate, { params: { leaderboardId: board.id }, headers, caller: board.caller })

export const listOf = (board: Board, query: Record<string, string> = {}) =>
  call(snapshotsList, { params: { leaderboardId: board.id }, query, caller: board.caller })

export const snapshotOf = (board: Board, day: string, query: Record<string, string> = {}) =>
  call(snapshotsGet, { params: { leaderboardId: board.id, day }, query, caller: board.caller })

export const storedSnapshots = ({ id }: Board) =>
  db
    .select()
    .from(boardSnapshots)
    .where(eq(boardSnapshots.boardId, id))
    .orderBy(asc(boardSnapshots.day))

export const storedArchives = ({ id }: Board, day?: string) =>
  db
    .select()
    .from(snapshotArchives)
    .where(
      and(
        eq(snapshotArchives.boardId, id),
        day === undefined ? undefined : eq(snapshotArchives.day, day),
      ),
    )
    .orderBy(asc(snapshotArchives.day))
