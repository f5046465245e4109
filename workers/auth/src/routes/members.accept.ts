/** Accepts an invitation: whoever shows its token chooses a password and is a member. */
import { createRoute } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { isUniqueViolation } from '@coinop/shared/d1'
import { sha256 } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { ask } from '@coinop/shared/neighbour'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { audited } from '../audit.ts'
import { defineRoute } from '../env.ts'
import { findInvitation, findTenant, isMember } from '../members.ts'
import { userIdOf } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { members, users } from '../schema.ts'
import { sealedRequest } from '../sealed-answers.ts'
import { openSession } from '../sessions.ts'
import { sendEvents } from '../sweep.ts'
import { AcceptedInvitation, MemberSignedIn, toMember, toTenant } from '../tenant-model.ts'
import { refuseCommonPassword } from '../users.ts'

export const membersAccept = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'members.accept',
    method: 'post',
    path: '/v1/members/accept',
    summary: 'Accept an invitation',
    request: { body: json(AcceptedInvitation) },
    responses: {
      200: json(MemberSignedIn, 'The new member, logged in'),
      ...problems(
        'invalid_invitation',
        'member_email_taken',
        'common_password',
        'idempotency_conflict',
      ),
    },
  }),
  handler: async (c) => {
    const input = c.req.valid('json')
    const { token, password } = input
    const caller = { ...c.get('caller'), projectId: 'tenants', actorId: sha256(token) }
    const key = c.get('idempotencyKey')
    const request = sealedRequest(c.env, { caller, key, operation: 'members.accept', input })
    const { answer, replayed } = await once<MemberSignedIn>(request, async (recordOf) => {
      const db = drizzle(c.env.AUTH_DB)
      const invited = await findInvitation(db, token)
      const tenant = invited && (await findTenant(db, invited.tenantId))
      if (!tenant) throw problem('invalid_invitation')
      const tenantId = tenant.id
      await refuseCommonPassword(c.env, caller, { password, pointer: '/body/password' })
      const passwordHash = await ask('password', async () => c.env.PASSWORDS.hash(caller, password))
      const action = 'members.accept'
      const origin = { tenantId, caller: c.get('caller'), action }
      const decide: Parameters<typeof audited<MemberSignedIn>>[2] = async (db) => {
        // Asked again, because hashing takes a while and somebody may have been faster.
        const current = await findInvitation(db, token)
        if (!current) throw problem('invalid_invitation')
        const at = now()
        const { id, email } = current
        const joined = { ...current, joinedAt: at, inviteHash: null, inviteExpiresAt: null }
        const userId = userIdOf(id)
        const session = await openSession(c.env, { projectId: tenantId, userId }, at)
        const user = { projectId: tenantId, id: userId, email, passwordHash, createdAt: at }
        return {
          answer: { tenant: toTenant(tenant), member: toMember(joined), ...session.pair },
          statements: [
            db.update(members).set(joined).where(isMember(tenantId, id)),
            db.insert(users).values({ ...user, displayName: null, isActive: true }),
            ...session.statements,
          ],
          subject: id,
          actorId: id,
        }
      }
      try {
        return await audited(c.env, origin, decide, recordOf)
      } catch (error) {
        throw isUniqueViolation(error, 'members') ? problem('member_email_taken') : error
      }
    })
    if (replayed) c.header('idempotency-replayed', 'true')
    c.executionCtx.waitUntil(sendEvents(c.env))
    return c.json(answer, 200)
  },
})
