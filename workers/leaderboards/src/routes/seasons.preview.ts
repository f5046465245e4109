/** Who would get what if the season ended now; of a season that has ended, who gets what. Writes nothing. */
import { createRoute } from '@hono/zod-openapi'
import { anyoneInProject } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { PageQuery, pageOf, readCursor, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { ownSeason } from '../own-season.ts'
import { problem, problems } from '../problems.ts'
import { winnersOf, type Listed } from '../season-end.ts'
import { PreviewedReward, seasonParams, toPreviewedReward } from '../season-model.ts'
import { boardObject, isGone } from '../seasons.ts'

export const seasonsPreview = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'seasons.preview',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/seasons/{seasonId}/preview',
    summary: 'Preview the rewards of a season',
    description:
      'By the rules and the standing of this moment. A page may have fewer entries than `limit` while `nextCursor` is not null.',
    request: { params: seasonParams, query: PageQuery },
    responses: {
      200: json(pageOf(PreviewedReward), 'Rewards, the best rank first'),
      ...problems('leaderboard_not_found', 'season_not_found', 'season_evicted'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { board, season } = await ownSeason(c.env, caller, c.req.valid('param'))
    if (isGone(season, now())) throw problem('season_evicted')
    const { limit, cursor } = c.req.valid('query')
    const { projectId } = caller
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'preview', filter: season.id }
    const text = readCursor(scope, cursor)
    const listed = text === undefined ? { place: 0, after: null } : (JSON.parse(text) as Listed)
    const { after } = listed
    const page = await boardObject(c.env, season).top({ limit, ...(after && { after }) })
    const final = { rewards: season.rewards ?? board.rewards, total: season.total ?? page.total }
    const { winners, next } = winnersOf(final, page, listed)
    return c.json(
      {
        data: winners.map(toPreviewedReward),
        nextCursor: next && writeCursor(scope, JSON.stringify(next)),
      },
      200,
    )
  },
})
