/** The named entrypoint for who manages a project's boards elsewhere, such as on Discord: makes and changes them, ends seasons. */
import { CountedEntrypoint } from '@coinop/shared/counted-entrypoint'
import { noteIfChanged, sendNotes } from '@coinop/shared/audit'
import type { Caller } from '@coinop/shared/caller'
import { isoTime, now } from '@coinop/shared/clock'
import { drainOutbox } from '@coinop/shared/outbox'
import { fail, ok, type Result } from '@coinop/shared/result'
import { refusing, rpcOperation } from '@coinop/shared/rpc'
import { drizzle } from 'drizzle-orm/d1'
import { forget } from './board-cache.ts'
import { type BoardChange, changeBoard, createBoard } from './board-management.ts'
import { findBoard } from './boards.ts'
import { type Leaderboard, LeaderboardPatch, NewLeaderboard, toLeaderboard } from './model.ts'
import { ownSeason } from './own-season.ts'
import { carryOn, closeSeason } from './season-end.ts'
import { currentSeason, storeSeason } from './seasons.ts'

/** A board, and the season that scores go to now. */
export type ManagedBoard = {
  board: Leaderboard
  season: { id: string; number: number; endsAt: string | null }
}
/** `key`: as an `Idempotency-Key`, of the caller's own. */
export type BoardOrder = {
  board: Pick<Leaderboard, 'slug' | 'name'> & Partial<Leaderboard>
  key: string
}
export type BoardChangeOrder = Omit<BoardChange, 'patch'> & {
  patch: Partial<Leaderboard>
  key: string
}
type Common = 'board_invalid' | 'slug_taken' | 'idempotency_conflict'

/** Whether the caller may do this is for the Worker that is bound to it to know. */
export class LeaderboardsManagement extends CountedEntrypoint<LeaderboardsEnv> {
  /** By id or slug. */
  async find(caller: Caller, name: string): Promise<ManagedBoard | undefined> {
    return rpcOperation('leaderboards', 'leaderboards.get', caller, async () => {
      const db = drizzle(this.env.LEADERBOARDS_DB)
      const row = await findBoard(db, caller.projectId, name)
      if (!row || row.projectId !== caller.projectId) return undefined
      const { season } = await currentSeason(db, row, now())
      const endsAt = season.endsAt === null ? null : isoTime(season.endsAt)
      return { board: toLeaderboard(row), season: { id: season.id, number: season.number, endsAt } }
    })
  }

  async create(
    caller: Caller,
    { board, key }: BoardOrder,
  ): Promise<Result<Leaderboard, Common | 'plan_limit'>> {
    const refusals = [
      'slug_taken',
      'plan_limit',
      'invalid_request',
      'idempotency_conflict',
    ] as const
    return rpcOperation('leaderboards', 'leaderboards.create', caller, async () => {
      const wanted = NewLeaderboard.safeParse(board)
      if (!wanted.success) return fail('board_invalid')
      const asked = { db: drizzle(this.env.LEADERBOARDS_DB), caller, key }
      const made = await refusing(refusals, () => createBoard(asked, wanted.data))
      this.#announce()
      return invalidNamed(made)
    })
  }

  async update(
    caller: Caller,
    { key, patch, ...change }: BoardChangeOrder,
  ): Promise<
    Result<Leaderboard, Common | 'leaderboard_not_found' | 'board_changed' | 'board_locked'>
  > {
    const refusals = [
      'leaderboard_not_found',
      'board_changed',
      'board_locked',
      'slug_taken',
      'invalid_request',
      'idempotency_conflict',
    ] as const
    return rpcOperation('leaderboards', 'leaderboards.update', caller, async () => {
      const wanted = LeaderboardPatch.safeParse(patch)
      if (!wanted.success) return fail('board_invalid')
      const asked = { db: drizzle(this.env.LEADERBOARDS_DB), caller, key }
      const whole = { ...change, patch: wanted.data }
      const changed = await refusing(refusals, () => changeBoard(asked, whole))
      this.#announce()
      return invalidNamed(changed)
    })
  }

  /** Ends a season now; one that has ended stays as it is. Rewards are paid from now on. Answers its number. */
  async closeSeason(
    caller: Caller,
    { boardId, seasonId }: { boardId: string; seasonId: string },
  ): Promise<Result<number, 'leaderboard_not_found' | 'season_not_found'>> {
    const refusals = ['leaderboard_not_found', 'season_not_found'] as const
    return rpcOperation('leaderboards', 'seasons.close', caller, async () => {
      const db = drizzle(this.env.LEADERBOARDS_DB)
      const found = await refusing(refusals, () =>
        ownSeason(this.env, caller, { leaderboardId: boardId, seasonId }),
      )
      if (!found.ok) return found
      const { board } = found.value
      const season = await storeSeason(db, board, found.value.season)
      const note = noteIfChanged(db, caller, { action: 'seasons.close', subject: season.id })
      const closed = await closeSeason(this.env, { board, season }, now(), [note])
      forget(board)
      this.ctx.waitUntil(carryOn(this.env, { board, season: closed }))
      this.ctx.waitUntil(sendNotes(db, this.env.AUTH_AUDIT))
      return ok(closed.number)
    })
  }

  #announce(): void {
    const db = drizzle(this.env.LEADERBOARDS_DB)
    this.ctx.waitUntil(sendNotes(db, this.env.AUTH_AUDIT))
    this.ctx.waitUntil(drainOutbox(db, this.env.EVENTS_APPENDS))
  }
}

/** What no schema can say of a definition. */
function invalidNamed<T, C extends string>(
  result: Result<T, C | 'invalid_request'>,
): Result<T, Exclude<C, 'invalid_request'> | 'board_invalid'> {
  if (result.ok) return result
  if (result.code === 'invalid_request') return fail('board_invalid')
  return fail(result.code as Exclude<C, 'invalid_request'>)
}
