/** Some users among themselves, for example friends: where each of them stands in the whole. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { standingsMax } from '../board-commands.ts'
import { defineRoute } from '../env.ts'
import { boardParams, UserId } from '../model.ts'
import { problems } from '../problems.ts'
import { Entry, SeasonId, toEntry } from '../score-model.ts'
import { SeasonQuery, standingsOf } from '../standings.ts'

const listedCharactersMax = 4_096
const UsersQuery = SeasonQuery.extend({
  userIds: z
    .string()
    .max(listedCharactersMax)
    .transform((text) => text.split(','))
    .pipe(z.array(UserId).max(standingsMax))
    .openapi({
      type: 'string',
      description: `Ids with commas between them, at most ${standingsMax}`,
      example: 'usr_01k9x6c3v5t8r2m4n7p0q1s2w3',
    }),
})

const Users = z
  .strictObject({ seasonId: SeasonId, data: z.array(Entry) })
  .openapi('LeaderboardUsers')

export const leaderboardsUsers = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'leaderboards.users',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/users',
    summary: 'Read the entries of some users',
    request: { params: boardParams, query: UsersQuery },
    responses: {
      200: json(Users, 'Those of the users who have a score, the best first'),
      ...problems('leaderboard_not_found', 'season_not_found', 'season_evicted'),
    },
  }),
  handler: async (c) => {
    const { leaderboardId } = c.req.valid('param')
    const { season: asked, userIds } = c.req.valid('query')
    const wanted = { leaderboardId, season: asked }
    const { board, season, object } = await standingsOf(c.env, c.get('caller'), wanted)
    const found = object ? await object.standings([...new Set(userIds)]) : []
    const data = found.map((standing) => toEntry(board, standing))
    return c.json({ seasonId: season.id, data }, 200)
  },
})
