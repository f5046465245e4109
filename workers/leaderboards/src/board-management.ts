/** What managers of a community do with boards, from wherever they do it: the same changes as the routes', once per key. */
import { noteChange } from '@coinop/shared/audit'
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { requestHash } from '@coinop/shared/hash'
import { once, type Statement } from '@coinop/shared/idempotency'
import { newId } from '@coinop/shared/ids'
import { Problem } from '@coinop/shared/problem'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { forget } from './board-cache.ts'
import { insertBoard, ownBoard, updateBoard } from './boards.ts'
import type { BoardRow, Leaderboard, LeaderboardPatch, NewLeaderboard } from './model.ts'

export type Asked = { db: DrizzleD1Database; caller: Caller; key: string }

/** The row of a new board. */
export const rowOf = (
  projectId: string,
  { schedule, ...fields }: NewLeaderboard,
  at: number,
): BoardRow => ({
  ...fields,
  id: newId('brd'),
  projectId,
  cron: schedule?.cron ?? null,
  timeZone: schedule?.timeZone ?? null,
  fraudRules: [],
  version: 1,
  createdAt: at,
  updatedAt: at,
  lockedAt: null,
  deletedAt: null,
})

/** Throws `plan_limit`, `slug_taken`, `invalid_request` or `idempotency_conflict`. */
export const createBoard = (asked: Asked, wanted: NewLeaderboard): Promise<Leaderboard> =>
  changed(asked, ['leaderboards.create', wanted], (recordOf) => {
    const row = rowOf(asked.caller.projectId, wanted, now())
    return insertBoard(asked.db, asked.caller, row, recordOf)
  })

/** `version`: the one that the change was made for. `first`: the sort of the first key, whatever keys follow it. */
export type BoardChange = {
  boardId: string
  version: number
  patch: LeaderboardPatch
  first?: 'desc' | 'asc' | undefined
}

/** Throws `leaderboard_not_found`, `board_changed`, `board_locked`, `slug_taken`, `invalid_request` or `idempotency_conflict`. */
export async function changeBoard(asked: Asked, change: BoardChange): Promise<Leaderboard> {
  const { db, caller } = asked
  const { boardId, version, patch, first } = change
  const answer = await changed(asked, ['leaderboards.update', change], async (recordOf) => {
    const { keys } = await ownBoard(db, caller.projectId, boardId)
    const sorted = keys.map((key, place) => (place === 0 && first ? { ...key, sort: first } : key))
    const find = async () => {
      const row = await ownBoard(db, caller.projectId, boardId)
      if (row.version !== version) throw new Problem('board_changed')
      return row
    }
    return updateBoard(db, find, { ...patch, ...(first && { keys: sorted }) }, recordOf)
  })
  forget({ projectId: caller.projectId, id: answer.id })
  return answer
}

async function changed(
  { db, caller, key }: Asked,
  [operation, input]: [string, unknown],
  perform: (recordOf: (board: Leaderboard) => Promise<Statement[]>) => Promise<Leaderboard>,
): Promise<Leaderboard> {
  const { projectId, actorId } = caller
  const request = { db, projectId, actorId, key, requestHash: requestHash(operation, input) }
  const { answer } = await once<Leaderboard>(request, (record) =>
    perform(async (board) => [
      noteChange(db, caller, { action: operation, subject: board.id }),
      ...(await record(board)),
    ]),
  )
  return answer
}
