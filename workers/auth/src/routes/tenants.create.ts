/** Signs a tenant up: the tenant, its first owner, and a session to go on with. */
import { createRoute } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { isUniqueViolation } from '@coinop/shared/d1'
import { once, type Statement } from '@coinop/shared/idempotency'
import { newId } from '@coinop/shared/ids'
import { ask } from '@coinop/shared/neighbour'
import { json } from '@coinop/shared/route'
import { audited } from '../audit.ts'
import { defineRoute } from '../env.ts'
import { countedByAddress } from '../login-attempts.ts'
import { memberIdOf } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { members, tenants } from '../schema.ts'
import { sealedRequest } from '../sealed-answers.ts'
import { keyedHash } from '../secrets.ts'
import { openSession } from '../sessions.ts'
import { sendEvents } from '../sweep.ts'
import { MemberSignedIn, NewTenant, toMember, toTenant } from '../tenant-model.ts'
import { newUser, refuseCommonPassword } from '../users.ts'

export const tenantsCreate = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'tenants.create',
    method: 'post',
    path: '/v1/tenants',
    summary: 'Sign a tenant up',
    description: 'You become its first owner.',
    request: { body: json(NewTenant) },
    responses: {
      201: json(MemberSignedIn, 'The tenant and its owner, logged in'),
      ...problems(
        'member_email_taken',
        'common_password',
        'idempotency_conflict',
        'too_many_attempts',
      ),
    },
  }),
  handler: async (c) => {
    const input = c.req.valid('json')
    const { name, email, password } = input
    // Nobody has shown who they are: the address keeps the Idempotency-Keys of strangers apart.
    const actorId = keyedHash(c.env.AUTH_SECRET, 'tenant-signup', email)
    const caller = { ...c.get('caller'), projectId: 'tenants', actorId }
    const key = c.get('idempotencyKey')
    const request = sealedRequest(c.env, { caller, key, operation: 'tenants.create', input })
    const signUp = async (recordOf: (answer: MemberSignedIn) => Promise<Statement[]>) => {
      await refuseCommonPassword(c.env, caller, { password, pointer: '/body/password' })
      const passwordHash = await ask('password', async () => c.env.PASSWORDS.hash(caller, password))
      const at = now()
      const tenantId = newId('ten')
      const tenant = { id: tenantId, name, createdAt: at }
      const action = 'tenants.create'
      const origin = { tenantId, caller: c.get('caller'), action }
      const decide: Parameters<typeof audited<MemberSignedIn>>[2] = async (db) => {
        const given = { projectId: tenantId, email, passwordHash, displayName: null, at }
        const { user, statements } = newUser(db, given)
        const session = await openSession(c.env, { projectId: tenantId, userId: user.id }, at)
        const member = {
          tenantId,
          id: memberIdOf(user.id),
          email,
          role: 'owner' as const,
          createdAt: at,
          joinedAt: at,
          inviteHash: null,
          inviteExpiresAt: null,
        }
        return {
          answer: { tenant: toTenant(tenant), member: toMember(member), ...session.pair },
          statements: [
            db.insert(members).values(member),
            db.insert(tenants).values(tenant),
            ...statements,
            ...session.statements,
          ],
          subject: tenantId,
          actorId: member.id,
        }
      }
      try {
        return await audited(c.env, origin, decide, recordOf)
      } catch (error) {
        throw isUniqueViolation(error, 'members') ? problem('member_email_taken') : error
      }
    }
    const { answer, replayed } = await countedByAddress(c.env, caller, () => once(request, signUp))
    if (replayed) c.header('idempotency-replayed', 'true')
    c.executionCtx.waitUntil(sendEvents(c.env))
    return c.json(answer, 201)
  },
})
