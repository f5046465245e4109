/** Makes a user with an e-mail address and a password, and logs them in. */
import { createRoute } from '@hono/zod-openapi'
import { anyKey } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { isUniqueViolation } from '@coinop/shared/d1'
import { once, type Statement } from '@coinop/shared/idempotency'
import { ask } from '@coinop/shared/neighbour'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { countedByAddress } from '../login-attempts.ts'
import { NewUser, SignedIn, toUser } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { sealedRequest } from '../sealed-answers.ts'
import { openSession } from '../sessions.ts'
import { sendEvents } from '../sweep.ts'
import { newUser, refuseCommonPassword } from '../users.ts'

export const usersSignup = defineRoute({
  access: anyKey,
  route: createRoute({
    operationId: 'users.signup',
    method: 'post',
    path: '/v1/signup',
    summary: 'Sign a player up',
    request: { body: json(NewUser) },
    responses: {
      201: json(SignedIn, 'The user, logged in'),
      ...problems('email_taken', 'idempotency_conflict', 'common_password', 'too_many_attempts'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId } = caller
    const input = c.req.valid('json')
    const { email, password, displayName = null } = input
    const db = drizzle(c.env.AUTH_DB)
    const key = c.get('idempotencyKey')
    const request = sealedRequest(c.env, { caller, key, operation: 'users.signup', input })
    const signUp = async (recordOf: (answer: SignedIn) => Promise<Statement[]>) => {
      await refuseCommonPassword(c.env, caller, { password, pointer: '/body/password' })
      const passwordHash = await ask('password', async () => c.env.PASSWORDS.hash(caller, password))
      const at = now()
      const { user, statements } = newUser(db, { projectId, email, passwordHash, displayName, at })
      const session = await openSession(
        c.env,
        { projectId, userId: user.id, device: c.req.header('user-agent') },
        at,
      )
      const signedIn = { user: toUser({ ...user, identities: '[]' }), ...session.pair }
      try {
        await db.batch([...statements, ...session.statements, ...(await recordOf(signedIn))])
      } catch (error) {
        throw isUniqueViolation(error, 'users') ? problem('email_taken') : error
      }
      return signedIn
    }
    const { answer, replayed } = await countedByAddress(c.env, caller, () => once(request, signUp))
    if (replayed) c.header('idempotency-replayed', 'true')
    c.executionCtx.waitUntil(sendEvents(c.env))
    return c.json(answer, 201)
  },
})
