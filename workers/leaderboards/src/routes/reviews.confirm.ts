/** Confirms that a score was a fraud: the entry is removed, and the user may begin anew. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { Review, reviewParams } from '../fraud-model.ts'
import { problems } from '../problems.ts'
import { decideReview } from '../reviews.ts'
import { SeasonQuery } from '../standings.ts'

export const reviewsConfirm = defineRoute({
  access: secretKey('leaderboards:write'),
  route: createRoute({
    operationId: 'reviews.confirm',
    method: 'post',
    path: '/v1/leaderboards/{leaderboardId}/reviews/{reviewId}/confirm',
    summary: 'Confirm a review',
    description:
      'The entry of the user is removed from the season, also when it was only flagged. Sending it again changes nothing.',
    request: { params: reviewParams, query: SeasonQuery },
    responses: {
      200: json(Review, 'The review, confirmed'),
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
    return c.json(await decideReview(c, named, 'confirmed'), 200)
  },
})
