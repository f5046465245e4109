/** The leaderboards of a project, oldest first. */
import { createRoute } from '@hono/zod-openapi'
import { anyoneInProject } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { listBoards } from '../boards.ts'
import { defineRoute } from '../env.ts'
import { Leaderboard, toLeaderboard } from '../model.ts'
import { problems } from '../problems.ts'

export const leaderboardsList = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'leaderboards.list',
    method: 'get',
    path: '/v1/leaderboards',
    summary: 'List leaderboards',
    request: { query: PageQuery },
    responses: { 200: json(pageOf(Leaderboard), 'Leaderboards, oldest first'), ...problems() },
  }),
  handler: async (c) => {
    const { projectId } = c.get('caller')
    const { limit, cursor } = c.req.valid('query')
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'leaderboards' }
    const rows = await listBoards(drizzle(c.env.LEADERBOARDS_DB), projectId, {
      after: readCursor(scope, cursor) ?? '',
      limit: limit + 1,
    })
    return c.json(
      toPage(rows, limit, toLeaderboard, ({ id }) => writeCursor(scope, id)),
      200,
    )
  },
})
