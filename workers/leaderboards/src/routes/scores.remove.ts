/** Removes a user's score from the season of now; the user may submit another. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { BoardName, UserId } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { SeasonId } from '../score-model.ts'
import { removeScore } from '../score-writes.ts'

const ScoreRemoval = z
  .strictObject({ leaderboardId: BoardName, userId: UserId })
  .openapi('ScoreRemoval')
const RemovedScore = z
  .strictObject({
    seasonId: SeasonId,
    removed: z.boolean().openapi({ description: 'false: the user had no score' }),
  })
  .openapi('RemovedScore')

export const scoresRemove = defineRoute({
  access: secretKey('scores:write'),
  route: createRoute({
    operationId: 'scores.remove',
    method: 'post',
    path: '/v1/scores/remove',
    summary: 'Remove a score',
    request: { body: json(ScoreRemoval) },
    responses: {
      200: json(RemovedScore, 'Whether there was a score'),
      ...problems('leaderboard_not_found', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { leaderboardId, userId } = c.req.valid('json')
    const given = c.get('idempotencyKey')
    const key = given === '' ? undefined : `remove:${caller.kind}:${given}`
    const { projectId } = caller
    const removal = await removeScore(c.env, { projectId, leaderboardId }, { userId, key })
    if (!removal.ok) throw problem(removal.code)
    return c.json(removal.value, 200)
  },
})
