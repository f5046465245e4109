/** The seasons of a leaderboard, newest first, with the one of now; a season in which nothing happened is not among them. */
import { createRoute } from '@hono/zod-openapi'
import { anyoneInProject } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { ownBoard } from '../boards.ts'
import { defineRoute } from '../env.ts'
import { boardParams } from '../model.ts'
import { problems } from '../problems.ts'
import { Season, toSeason } from '../season-model.ts'
import { listSeasons } from '../seasons.ts'

export const seasonsList = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'seasons.list',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/seasons',
    summary: 'List seasons',
    request: { params: boardParams, query: PageQuery },
    responses: {
      200: json(pageOf(Season), 'Seasons, newest first'),
      ...problems('leaderboard_not_found'),
    },
  }),
  handler: async (c) => {
    const { projectId } = c.get('caller')
    const { leaderboardId } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    const db = drizzle(c.env.LEADERBOARDS_DB)
    const board = await ownBoard(db, projectId, leaderboardId)
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'seasons', filter: board.id }
    const position = readCursor(scope, cursor)
    const before = position === undefined ? undefined : Number(position)
    const at = now()
    const rows = await listSeasons(db, board, { before, limit: limit + 1, at })
    return c.json(
      toPage(
        rows,
        limit,
        (row) => toSeason(row, at),
        ({ number }) => writeCursor(scope, number),
      ),
      200,
    )
  },
})
