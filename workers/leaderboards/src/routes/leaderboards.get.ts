/** One leaderboard, by its name. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyoneInProject } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { Leaderboard, LeaderboardName, toLeaderboard } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { findLeaderboard } from '../leaderboards.ts'

export const leaderboardsGet = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'leaderboards.get',
    method: 'get',
    path: '/v1/leaderboards/{name}',
    summary: 'Get a leaderboard',
    request: { params: z.object({ name: LeaderboardName }) },
    responses: { 200: json(Leaderboard, 'The leaderboard'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const { name } = c.req.valid('param')
    const { projectId } = c.get('caller')
    const row = await findLeaderboard(drizzle(c.env.LEADERBOARDS_DB), { projectId, name })
    if (!row) throw problem('not_found')
    return c.json(toLeaderboard(row), 200)
  },
})
