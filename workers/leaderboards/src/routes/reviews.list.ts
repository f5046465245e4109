/** What rules against fraud have hit on a leaderboard in a season, newest first. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { Review, ReviewStatus, toReview } from '../fraud-model.ts'
import { boardParams, UserId } from '../model.ts'
import { problems } from '../problems.ts'
import { reviewedSeason } from '../reviews.ts'
import { SeasonQuery } from '../standings.ts'

const Query = PageQuery.extend({
  ...SeasonQuery.shape,
  status: ReviewStatus.optional(),
  userId: UserId.optional(),
})

export const reviewsList = defineRoute({
  access: secretKey('leaderboards:write'),
  route: createRoute({
    operationId: 'reviews.list',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/reviews',
    summary: 'List reviews',
    description:
      'The queue is `status=open`. A user has one open review, and one for each rule that rejected a score or is in shadow mode; `hits` counts.',
    request: { params: boardParams, query: Query },
    responses: {
      200: json(pageOf(Review), 'Reviews, newest first'),
      ...problems('leaderboard_not_found', 'season_not_found', 'season_evicted'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { leaderboardId } = c.req.valid('param')
    const { limit, cursor, season: wanted, status, userId } = c.req.valid('query')
    const { season, object } = await reviewedSeason(c.env, caller, {
      leaderboardId,
      season: wanted,
    })
    const { projectId } = caller
    const filter = [season.id, status, userId]
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'reviews', filter }
    const position = readCursor(scope, cursor)
    const before = position === undefined ? undefined : Number(position)
    const rows = (await object?.reviews({ status, userId, before, limit: limit + 1 })) ?? []
    return c.json(
      toPage(rows, limit, toReview, ({ number }) => writeCursor(scope, number)),
      200,
    )
  },
})
