/** A player's current pair of seeds, as far as it may be known, and the commitment to the next one. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { Fairness, toFairness, UserId } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { sessions } from '../schema.ts'
import { openSession, openSessionOf } from '../sessions.ts'

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
      ...problems('not_found'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const userId = subjectOf(caller, c.req.valid('query').userId, '/query/userId')
    const player = { projectId: caller.projectId, userId }
    const db = drizzle(c.env.GAMES_DB)
    // Only a player's own token proves that there is such a player: for a key this reads, and makes nothing.
    if (caller.kind === 'player') return c.json(toFairness(await openSession(db, player)), 200)
    const [known] = await db.select().from(sessions).where(openSessionOf(player))
    if (!known) throw problem('not_found')
    return c.json(toFairness(known), 200)
  },
})
