/** The rank that a score would get if somebody new submitted it now. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { boardParams, Score } from '../model.ts'
import { problems } from '../problems.ts'
import { keysOf, SeasonId } from '../score-model.ts'
import { SeasonQuery, standingsOf } from '../standings.ts'

const NumberText = z
  .string()
  .max(32)
  .regex(/^-?\d+(\.\d+)?$/, 'Expected a decimal number.')
  .transform(Number)
  .pipe(Score)

const RankForQuery = SeasonQuery.extend({
  score: NumberText.openapi({ type: 'string', example: '1250.5' }),
  keys: z
    .string()
    .max(256)
    .transform((text) => text.split(',').map((pair) => pair.split(':')))
    .pipe(z.array(z.tuple([z.string(), NumberText])))
    .transform((pairs) => Object.fromEntries(pairs))
    .default({})
    .openapi({
      type: 'string',
      description: 'The keys behind the score, as name:value with commas between them',
      example: 'seconds:61.5',
    }),
})

const RankForScore = z
  .strictObject({
    seasonId: SeasonId,
    rank: z.int().min(1),
    total: z.int().min(0).openapi({ description: 'Players in the standing' }),
  })
  .openapi('RankForScore')

export const leaderboardsRankFor = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'leaderboards.rank-for',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/rank-for',
    summary: 'Get the rank that a score would have',
    request: { params: boardParams, query: RankForQuery },
    responses: {
      200: json(RankForScore, 'The rank, and how many players there are'),
      ...problems('leaderboard_not_found', 'season_not_found', 'season_evicted'),
    },
  }),
  handler: async (c) => {
    const { leaderboardId } = c.req.valid('param')
    const { season: asked, score, keys } = c.req.valid('query')
    const wanted = { leaderboardId, season: asked }
    const { board, season, object } = await standingsOf(c.env, c.get('caller'), wanted)
    const values = keysOf(board, { score, keys }, '/query/keys')
    const { rank, total } = object ? await object.rankFor(values) : { rank: 1, total: 0 }
    return c.json({ seasonId: season.id, rank, total }, 200)
  },
})
