/** Reveals the current server seed and begins the next pair, to which the player has long had the commitment. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { ClientSeed, Rotation, UserId } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { describeRotation, rotate } from '../rotation.ts'
import { sessions } from '../schema.ts'
import { openSessionOf } from '../sessions.ts'

const NewRotation = z
  .strictObject({
    clientSeed: ClientSeed.optional().openapi({ description: 'Without it the client seed stays' }),
    userId: UserId.optional().openapi({ description: 'Required unless a player asks' }),
  })
  .openapi('NewRotation')

export const fairnessRotate = defineRoute({
  access: playerOrSecretKey('games:play'),
  route: createRoute({
    operationId: 'fairness.rotate',
    method: 'post',
    path: '/v1/fairness/rotate',
    summary: 'Reveal the server seed and begin a new pair',
    request: { body: json(NewRotation) },
    responses: {
      200: json(Rotation, 'The closed pair with its server seed, and the new one'),
      ...problems('not_found', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId, actorId } = caller
    const { clientSeed, userId: asked } = c.req.valid('json')
    const userId = subjectOf(caller, asked, '/body/userId')
    const db = drizzle(c.env.GAMES_DB)
    const key = c.get('idempotencyKey')
    const hash = requestHash('fairness.rotate', [userId, clientSeed ?? null])
    const request = { db, projectId, actorId, key, requestHash: hash }
    const player = { projectId, userId }
    const { answer: successorId, replayed } = await once<string>(request, async (recordOf) => {
      const known = await db.select({ id: sessions.id }).from(sessions).where(openSessionOf(player))
      // Only a player's own token proves that there is such a player: for a key nothing is made.
      if (caller.kind !== 'player' && known.length === 0) throw problem('not_found')
      return rotate(db, { player, clientSeed, recordOf })
    })
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(await describeRotation(c.env, caller, successorId), 200)
  },
})
