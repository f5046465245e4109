/** One season of a leaderboard. */
import { createRoute } from '@hono/zod-openapi'
import { anyoneInProject } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { problems } from '../problems.ts'
import { Season, seasonParams, toSeason } from '../season-model.ts'
import { ownSeason } from '../own-season.ts'

export const seasonsGet = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'seasons.get',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/seasons/{seasonId}',
    summary: 'Get a season',
    request: { params: seasonParams },
    responses: {
      200: json(Season, 'The season'),
      ...problems('leaderboard_not_found', 'season_not_found'),
    },
  }),
  handler: async (c) => {
    const { season } = await ownSeason(c.env, c.get('caller'), c.req.valid('param'))
    return c.json(toSeason(season, now()), 200)
  },
})
