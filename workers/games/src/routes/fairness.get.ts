/** A player's current pair of seeds, as far as it may be known, and the commitment to the next one. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { Fairness, toFairness, UserId } from '../model.ts'
import { problems } from '../problems.ts'
import { openSession } from '../sessions.ts'

export const fairnessGet = defineRoute({
  access: playerOrSecretKey('games:read'),
  route: createRoute({
    operationId: 'fairness.get',
    method: 'get',
    path: '/v1/fairness',
    summary: 'Get the current commitment',
    request: { query: z.strictObject({ userId: UserId.optional() }) },
    responses: {
      200: json(Fairness, 'The pair that the next round uses; made at the first request'),
      ...problems(),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const userId = subjectOf(caller, c.req.valid('query').userId, '/query/userId')
    const player = { projectId: caller.projectId, userId }
    return c.json(toFairness(await openSession(drizzle(c.env.GAMES_DB), player)), 200)
  },
})
