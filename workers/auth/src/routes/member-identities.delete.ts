/** Takes a Discord account from the ways in which the member who asks can log in. */
import { createRoute, z } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { asOwner, ownIdentities, unlinking } from '../member-identities.ts'
import { IdentityId } from '../model.ts'
import { refuseStaleSession } from '../own-sessions.ts'
import { problem, problems } from '../problems.ts'
import { sendEvents } from '../sweep.ts'
import { changeOnce } from '../tenant-changes.ts'

export const memberIdentitiesDelete = defineRoute({
  access: tenantMember('tenant:read'),
  route: createRoute({
    operationId: 'member-identities.delete',
    method: 'delete',
    path: '/v1/members/me/identities/{identityId}',
    summary: 'Unlink Discord from yourself, a member',
    description:
      'Takes a session that is at most five minutes old. All your other sessions end; the password stays.',
    request: { params: z.object({ identityId: IdentityId }) },
    responses: {
      204: { description: 'Nobody logs in with it any more' },
      ...problems('not_found', 'session_not_fresh', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { identityId } = c.req.valid('param')
    await refuseStaleSession(drizzle(c.env.AUTH_DB), asOwner(caller))
    await changeOnce<null>(c, { identityId }, async (db) => {
      const all = await ownIdentities(db, caller)
      const identity = all.find(({ id }) => id === identityId)
      if (!identity) throw problem('not_found')
      const statements = unlinking(db, caller, identity)
      return { answer: null, statements, subject: caller.actorId }
    })
    c.executionCtx.waitUntil(sendEvents(c.env))
    return c.body(null, 204)
  },
})
