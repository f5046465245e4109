/** Reviews of a season of a board of the caller's own project, decided once and noted for the audit log. */
import { sendNotes, noteOnce } from '@coinop/shared/audit'
import type { Caller } from '@coinop/shared/caller'
import { ask } from '@coinop/shared/neighbour'
import { drizzle } from 'drizzle-orm/d1'
import type { Context } from 'hono'
import type { ReviewDecision } from './board-review.ts'
import type { AppEnv } from './env.ts'
import { type Review, toReview } from './fraud-model.ts'
import { problem } from './problems.ts'
import { type Standings, standingsOf } from './standings.ts'

/** Throws `leaderboard_not_found` for a public board of another project, too. */
export async function reviewedSeason(
  env: LeaderboardsEnv,
  caller: Caller,
  wanted: { leaderboardId: string; season: string | undefined },
): Promise<Standings> {
  const standings = await standingsOf(env, caller, wanted)
  if (standings.board.projectId !== caller.projectId) throw problem('leaderboard_not_found')
  return standings
}

type Named = { leaderboardId: string; season: string | undefined; reviewId: string }

/** What is over is final. Throws as `reviewedSeason` does, and `review_not_found`, `review_decided` or `season_closed`. */
export async function decideReview(
  c: Context<AppEnv>,
  { leaderboardId, season, reviewId }: Named,
  decision: ReviewDecision,
): Promise<Review> {
  const caller = c.get('caller')
  const { object } = await reviewedSeason(c.env, caller, { leaderboardId, season })
  if (!object) throw problem('review_not_found')
  const settled = await ask('board', async () => object.settle(reviewId, decision))
  if (!settled.ok) throw problem(settled.code)
  // Noted also when it was decided before, for whoever decided it may have died in between: the log drops what it has.
  const db = drizzle(c.env.LEADERBOARDS_DB)
  const note = { id: `${reviewId}:${decision}`, action: c.get('operation'), subject: reviewId }
  await noteOnce(db, caller, note)
  c.executionCtx.waitUntil(sendNotes(db, c.env.AUTH_AUDIT))
  return toReview(settled.value.review)
}
