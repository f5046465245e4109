/** What the winners of an ended season are given, and whether each has been paid. */
import { createRoute } from '@hono/zod-openapi'
import { anyoneInProject } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { and, asc, eq, gt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { ownSeason } from '../own-season.ts'
import { problem, problems } from '../problems.ts'
import { seasonRewards } from '../schema.ts'
import { seasonParams, SeasonReward, toSeasonReward } from '../season-model.ts'
import { isGone } from '../seasons.ts'

export const seasonsRewards = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'seasons.rewards',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/seasons/{seasonId}/rewards',
    summary: 'List the rewards of a season',
    request: { params: seasonParams, query: PageQuery },
    responses: {
      200: json(pageOf(SeasonReward), 'Rewards, the best rank first'),
      ...problems('leaderboard_not_found', 'season_not_found', 'season_evicted'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { season } = await ownSeason(c.env, caller, c.req.valid('param'))
    if (isGone(season, now())) throw problem('season_evicted')
    const { limit, cursor } = c.req.valid('query')
    const { projectId } = caller
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'rewards', filter: season.id }
    const after = Number(readCursor(scope, cursor) ?? 0)
    const rows = await drizzle(c.env.LEADERBOARDS_DB)
      .select()
      .from(seasonRewards)
      .where(and(eq(seasonRewards.seasonId, season.id), gt(seasonRewards.place, after)))
      .orderBy(asc(seasonRewards.place))
      .limit(limit + 1)
    return c.json(
      toPage(rows, limit, toSeasonReward, ({ place }) => writeCursor(scope, place)),
      200,
    )
  },
})
