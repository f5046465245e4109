/** One thing that a rule against fraud has hit. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { Review, reviewParams, toReview } from '../fraud-model.ts'
import { problem, problems } from '../problems.ts'
import { reviewedSeason } from '../reviews.ts'
import { SeasonQuery } from '../standings.ts'

export const reviewsGet = defineRoute({
  access: secretKey('leaderboards:write'),
  route: createRoute({
    operationId: 'reviews.get',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/reviews/{reviewId}',
    summary: 'Get a review',
    request: { params: reviewParams, query: SeasonQuery },
    responses: {
      200: json(Review, 'The review'),
      ...problems(
        'leaderboard_not_found',
        'season_not_found',
        'season_evicted',
        'review_not_found',
      ),
    },
  }),
  handler: async (c) => {
    const { leaderboardId, reviewId } = c.req.valid('param')
    const { season } = c.req.valid('query')
    const { object } = await reviewedSeason(c.env, c.get('caller'), { leaderboardId, season })
    const review = await object?.review(reviewId)
    if (!review) throw problem('review_not_found')
    return c.json(toReview(review), 200)
  },
})
