/** One leaderboard, by its id or its slug. */
import { createRoute } from '@hono/zod-openapi'
import { anyoneInProject } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { ownBoard } from '../boards.ts'
import { defineRoute } from '../env.ts'
import { boardParams, Leaderboard, toLeaderboard } from '../model.ts'
import { problems } from '../problems.ts'

export const leaderboardsGet = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'leaderboards.get',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}',
    summary: 'Get a leaderboard',
    request: { params: boardParams },
    responses: {
      200: json(Leaderboard, 'The leaderboard'),
      ...problems('leaderboard_not_found'),
    },
  }),
  handler: async (c) => {
    const { leaderboardId } = c.req.valid('param')
    const { projectId } = c.get('caller')
    const board = await ownBoard(drizzle(c.env.LEADERBOARDS_DB), projectId, leaderboardId)
    return c.json(toLeaderboard(board), 200)
  },
})
