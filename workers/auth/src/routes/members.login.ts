/** Opens a session for a member who knows their password. */
import { createRoute } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { countAttempt, forgiveAttempt } from '../login-attempts.ts'
import { openMemberSession } from '../member-login.ts'
import { findByEmail, findTenant } from '../members.ts'
import { Credentials } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { sealedRequest } from '../sealed-answers.ts'
import { keyedHash } from '../secrets.ts'
import { sendEvents } from '../sweep.ts'
import { MemberSignedIn } from '../tenant-model.ts'
import { authenticate } from '../users.ts'

export const membersLogin = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'members.login',
    method: 'post',
    path: '/v1/members/login',
    summary: 'Log a member of a tenant in',
    description: 'POST /v1/refresh and POST /v1/logout take the refresh token of a member too.',
    request: { body: json(Credentials) },
    responses: {
      200: json(MemberSignedIn, 'The member and a new pair of tokens'),
      ...problems('invalid_credentials', 'idempotency_conflict', 'too_many_attempts'),
    },
  }),
  handler: async (c) => {
    const input = c.req.valid('json')
    const actorId = keyedHash(c.env.AUTH_SECRET, 'member-login', input.email)
    const caller = { ...c.get('caller'), projectId: 'tenants', actorId }
    // Before the stored answer is looked for, as for players.
    await countAttempt(c.env, caller, input.email)
    const key = c.get('idempotencyKey')
    const request = sealedRequest(c.env, { caller, key, operation: 'members.login', input })
    const { answer, replayed } = await once<MemberSignedIn>(request, async (recordOf) => {
      const db = drizzle(c.env.AUTH_DB)
      const member = await findByEmail(db, input.email)
      // Without a member there is no tenant, no user in it, and the price of one hash all the same.
      const projectId = member?.tenantId ?? ''
      const user = await authenticate(db, c.env.PASSWORDS, { ...caller, projectId }, input)
      const tenant = member && (await findTenant(db, member.tenantId))
      if (!user || !member || !tenant) throw problem('invalid_credentials')
      const login = { member, tenant, caller: c.get('caller'), action: 'members.login' }
      return openMemberSession(c.env, login, recordOf)
    })
    await forgiveAttempt(c.env, caller, input.email)
    if (replayed) c.header('idempotency-replayed', 'true')
    c.executionCtx.waitUntil(sendEvents(c.env))
    return c.json(answer, 200)
  },
})
