/** Finds a score honest: the entry stands where it would had it never been hidden. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { Review, reviewParams } from '../fraud-model.ts'
import { problems } from '../problems.ts'
import { decideReview } from '../reviews.ts'
import { SeasonQuery } from '../standings.ts'

export const reviewsRestore = defineRoute({
  access: secretKey('leaderboards:write'),
  route: createRoute({
    operationId: 'reviews.restore',
    method: 'post',
    path: '/v1/leaderboards/{leaderboardId}/reviews/{reviewId}/restore',
    summary: 'Restore a score',
    description:
      'The entry has the place that it reached when it was submitted. Sending it again changes nothing.',
    request: { params: reviewParams, query: SeasonQuery },
    responses: {
      200: json(Review, 'The review, restored'),
      ...problems(
        'leaderboard_not_found',
        'season_not_found',
        'season_evicted',
        'review_not_found',
        'review_decided',
        'season_closed',
      ),
    },
  }),
  handler: async (c) => {
    const named = { ...c.req.valid('param'), season: c.req.valid('query').season }
    return c.json(await decideReview(c, named, 'restored'), 200)
  },
})
