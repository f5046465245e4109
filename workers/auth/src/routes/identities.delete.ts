/** Takes a way to log in from the player who asks. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOnly } from '@coinop/shared/access'
import { once } from '@coinop/shared/idempotency'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { allIdentities, unlinkIdentity } from '../identities.ts'
import { IdentityId } from '../model.ts'
import { refuseStaleSession } from '../own-sessions.ts'
import { problem, problems } from '../problems.ts'
import { sealedRequest } from '../sealed-answers.ts'
import { sendEvents } from '../sweep.ts'
import { findUser } from '../users.ts'

export const identitiesDelete = defineRoute({
  access: playerOnly,
  route: createRoute({
    operationId: 'identities.delete',
    method: 'delete',
    path: '/v1/me/identities/{identityId}',
    summary: 'Unlink an identity',
    description:
      'Takes a session that is at most five minutes old. All other sessions end. With a password its e-mail address goes too, and is free again.',
    request: { params: z.object({ identityId: IdentityId }) },
    responses: {
      204: { description: 'Nobody logs in with it any more' },
      ...problems('not_found', 'session_not_fresh', 'last_identity', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId, actorId: userId, sessionId } = caller
    const { identityId } = c.req.valid('param')
    const db = drizzle(c.env.AUTH_DB)
    await refuseStaleSession(db, caller)
    const key = c.get('idempotencyKey')
    const asked = { caller, key, operation: 'identities.delete', input: identityId }
    const { replayed } = await once(sealedRequest(c.env, asked), async (recordOf) => {
      const user = await findUser(db, projectId, userId)
      const all = user ? await allIdentities(db, projectId, user) : []
      const identity = all.find(({ id }) => id === identityId)
      if (!identity) throw problem('not_found')
      await unlinkIdentity(db, { projectId, userId, identity, sessionId }, await recordOf({}))
      return {}
    })
    if (replayed) c.header('idempotency-replayed', 'true')
    c.executionCtx.waitUntil(sendEvents(c.env))
    return c.body(null, 204)
  },
})
