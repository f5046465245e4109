/** A user's neighbours in the standing, on both sides. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { aroundMax } from '../board-commands.ts'
import { defineRoute } from '../env.ts'
import { boardParams, UserId } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { Entry, SeasonId, toEntry } from '../score-model.ts'
import { SeasonQuery, standingsOf } from '../standings.ts'

const AroundQuery = SeasonQuery.extend({
  each: z.coerce.number().int().min(1).max(aroundMax).default(5).openapi({
    description: 'Neighbours on each side',
  }),
})

const Standing = z
  .strictObject({ seasonId: SeasonId, data: z.array(Entry) })
  .openapi('LeaderboardStanding')

export const leaderboardsAround = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'leaderboards.around',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/around/{userId}',
    summary: 'Read the standing around a user',
    request: { params: boardParams.extend({ userId: UserId }), query: AroundQuery },
    responses: {
      200: json(Standing, 'The user and the neighbours, the best first'),
      ...problems('leaderboard_not_found', 'season_not_found', 'season_evicted', 'entry_not_found'),
    },
  }),
  handler: async (c) => {
    const { leaderboardId, userId } = c.req.valid('param')
    const { season: asked, each } = c.req.valid('query')
    const wanted = { leaderboardId, season: asked }
    const { board, season, object } = await standingsOf(c.env, c.get('caller'), wanted)
    const found = object ? await object.around(userId, each) : []
    if (found.length === 0) throw problem('entry_not_found')
    const data = found.map((standing) => toEntry(board, standing))
    return c.json({ seasonId: season.id, data }, 200)
  },
})
