/** Opens a session for a user who knows their password. */
import { createRoute } from '@hono/zod-openapi'
import { anyKey } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { isConditionBroken, whilePassword } from '../accounts.ts'
import { defineRoute } from '../env.ts'
import { countAttempt, forgiveAttempt } from '../login-attempts.ts'
import { Credentials, SignedIn, toUser } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { sealedRequest } from '../sealed-answers.ts'
import { openSession } from '../sessions.ts'
import { sendEvents } from '../sweep.ts'
import { authenticate } from '../users.ts'

export const sessionsLogin = defineRoute({
  access: anyKey,
  route: createRoute({
    operationId: 'sessions.login',
    method: 'post',
    path: '/v1/login',
    summary: 'Log a player in',
    request: { body: json(Credentials) },
    responses: {
      200: json(SignedIn, 'The user and a new pair of tokens'),
      ...problems(
        'unauthenticated',
        'invalid_credentials',
        'idempotency_conflict',
        'too_many_attempts',
      ),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId } = caller
    const input = c.req.valid('json')
    const db = drizzle(c.env.AUTH_DB)
    // Also before the stored answer is looked for: that comparison tells as much about a password as its hash does.
    await countAttempt(c.env, caller, input.email)
    const key = c.get('idempotencyKey')
    const request = sealedRequest(c.env, { caller, key, operation: 'sessions.login', input })
    const { answer, replayed } = await once<SignedIn>(request, async (recordOf) => {
      const user = await authenticate(db, c.env.PASSWORDS, caller, input)
      if (!user) throw problem('invalid_credentials')
      const session = await openSession(
        c.env,
        { projectId, userId: user.id, device: c.req.header('user-agent') },
        now(),
      )
      const signedIn = { user: toUser(user), ...session.pair }
      const record = await recordOf(signedIn)
      const still = whilePassword(db, { projectId, userId: user.id }, user.passwordHash)
      try {
        await db.batch([still, ...session.statements, ...record])
      } catch (error) {
        throw isConditionBroken(error) ? problem('invalid_credentials') : error
      }
      return signedIn
    })
    await forgiveAttempt(c.env, caller, input.email)
    if (replayed) c.header('idempotency-replayed', 'true')
    c.executionCtx.waitUntil(sendEvents(c.env))
    return c.json(answer, 200)
  },
})
