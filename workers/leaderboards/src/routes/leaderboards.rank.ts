/** Where a user stands. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { boardParams, UserId } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { percentileOf } from '../reward-rules.ts'
import { Entry, SeasonId, toEntry } from '../score-model.ts'
import { SeasonQuery, standingsOf, viewOf } from '../standings.ts'

const RankedEntry = Entry.extend({
  seasonId: SeasonId,
  total: z.int().min(1).openapi({ description: 'Players in the standing' }),
  percentile: z.number().min(0).max(100).openapi({
    description: 'The share of players up to the first with this rank: 10 is among the best tenth',
  }),
}).openapi('RankedEntry')

export const leaderboardsRank = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'leaderboards.rank',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/rank/{userId}',
    summary: 'Get the rank of a user',
    request: { params: boardParams.extend({ userId: UserId }), query: SeasonQuery },
    responses: {
      200: json(RankedEntry, 'The entry of the user'),
      ...problems('leaderboard_not_found', 'season_not_found', 'season_evicted', 'entry_not_found'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { leaderboardId, userId } = c.req.valid('param')
    const wanted = { leaderboardId, season: c.req.valid('query').season }
    const { board, season, object } = await standingsOf(c.env, caller, wanted)
    const found = await object?.rank(userId, viewOf(caller, board, userId))
    if (!found) throw problem('entry_not_found')
    const { ahead, total } = found
    const percentile = percentileOf(ahead + 1, total)
    return c.json({ ...toEntry(board, found), seasonId: season.id, total, percentile }, 200)
  },
})
