/** The named entrypoint for who shows standings elsewhere, such as Discord: which boards there are, and how they stand now. */
import { CountedEntrypoint } from '@coinop/shared/counted-entrypoint'
import type { Caller } from '@coinop/shared/caller'
import { isoTime } from '@coinop/shared/clock'
import { fail, ok, type Result } from '@coinop/shared/result'
import { rpcOperation } from '@coinop/shared/rpc'
import { drizzle } from 'drizzle-orm/d1'
import { locate } from './board-cache.ts'
import type { Standing } from './board-commands.ts'
import { listBoards } from './boards.ts'
import { boardObject } from './seasons.ts'
import { countForUsed } from './used-games.ts'

export type BoardName = { id: string; slug: string; name: string }
/** `score` is the first key, as the board keeps it. */
export type Line = { rank: number; userId: string; score: number }
export type BoardStanding = {
  name: string
  endsAt: string | null
  total: number
  lines: Line[]
  /** Of the user who was asked for; null without an entry that everybody sees. */
  own: Line | null
}
/** `board` is an id or a slug; the lines are `limit` (100 at most) behind the first `skip`. */
export type StandingQuery = { board: string; skip: number; limit: number; userId: string }

const listedMax = 100
const lineOf = ({ rank, userId, keys }: Standing): Line => ({ rank, userId, score: keys[0] ?? 0 })

export class LeaderboardsReads extends CountedEntrypoint<LeaderboardsEnv> {
  /** The boards of the project, oldest first, at most 100. */
  async boards(caller: Caller): Promise<BoardName[]> {
    return rpcOperation('leaderboards', 'leaderboards.list', caller, async () => {
      const db = drizzle(this.env.LEADERBOARDS_DB)
      const rows = await listBoards(db, caller.projectId, { after: '', limit: listedMax })
      return rows.map(({ id, slug, name }) => ({ id, slug, name }))
    })
  }

  /** How a board of the project stands in the season of now. */
  async standing(
    caller: Caller,
    { board: name, skip, limit, userId }: StandingQuery,
  ): Promise<Result<BoardStanding, 'leaderboard_not_found'>> {
    return rpcOperation('leaderboards', 'leaderboards.top', caller, async () => {
      const located = await locate(this.env, caller.projectId, name)
      if (!located || located.board.projectId !== caller.projectId) {
        return fail('leaderboard_not_found')
      }
      const { board, season, stored } = located
      const object = stored ? boardObject(this.env, season) : undefined
      const [page, own] = await Promise.all([
        object?.top({ limit: Math.min(skip + limit, listedMax) }),
        object?.rank(userId, 'everybody'),
      ])
      countForUsed(this.env, this.ctx)
      const { endsAt } = season
      return ok({
        name: board.name,
        endsAt: endsAt === null ? null : isoTime(endsAt),
        total: page?.total ?? 0,
        lines: (page?.standings ?? []).slice(skip).map(lineOf),
        own: own ? lineOf(own) : null,
      })
    })
  }
}
