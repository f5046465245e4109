/** Ends a season now. The next one begins at that instant; rewards are paid from now on, each once. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { noteIfChanged, sendNotes } from '@coinop/shared/audit'
import { now } from '@coinop/shared/clock'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { forget } from '../board-cache.ts'
import { defineRoute } from '../env.ts'
import { ownSeason } from '../own-season.ts'
import { problems } from '../problems.ts'
import { carryOn, closeSeason } from '../season-end.ts'
import { Season, seasonParams, toSeason } from '../season-model.ts'
import { storeSeason } from '../seasons.ts'

export const seasonsClose = defineRoute({
  access: secretKey('leaderboards:write'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'seasons.close',
    method: 'post',
    path: '/v1/leaderboards/{leaderboardId}/seasons/{seasonId}/close',
    summary: 'Close a season',
    description:
      'Scores are accepted until this moment, and from then on by the next season. Closing a season that has ended changes nothing. See who would get what with `seasons.preview`.',
    request: { params: seasonParams },
    responses: {
      200: json(Season, 'The season, ended'),
      ...problems('leaderboard_not_found', 'season_not_found', 'idempotency_key_required'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const db = drizzle(c.env.LEADERBOARDS_DB)
    const { board, season: found } = await ownSeason(c.env, caller, c.req.valid('param'))
    const season = await storeSeason(db, board, found)
    const note = noteIfChanged(db, caller, { action: 'seasons.close', subject: season.id })
    const closed = await closeSeason(c.env, { board, season }, now(), [note])
    forget(board)
    c.executionCtx.waitUntil(carryOn(c.env, { board, season: closed }))
    c.executionCtx.waitUntil(sendNotes(db, c.env.AUTH_AUDIT))
    return c.json(toSeason(closed, now()), 200)
  },
})
