/** A public board as a page: for browsers, and for frames on other sites. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { defineRoute } from '../env.ts'
import { boardParams } from '../model.ts'
import { problems } from '../problems.ts'
import { publicPage } from '../public-pages.ts'
import { SeasonQuery } from '../standings.ts'

const PageQuery = SeasonQuery.extend({ cursor: z.string().max(1_024).optional() })

export const leaderboardsPage = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'leaderboards.page',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/page',
    summary: 'The page of a public leaderboard',
    description:
      'HTML without a script, at most 10 seconds old, which other sites may show in a frame. A private leaderboard has none, whoever asks.',
    request: { params: boardParams, query: PageQuery },
    responses: {
      200: { description: 'A page', content: { 'text/html': { schema: z.string() } } },
      ...problems('leaderboard_not_found', 'season_not_found', 'season_evicted'),
    },
  }),
  handler: async (c) => {
    const { leaderboardId } = c.req.valid('param')
    const { season, cursor } = c.req.valid('query')
    return c.html(await publicPage(c.env, c.get('caller'), { leaderboardId, season, cursor }), 200)
  },
})
