/** Gives a player who came from a device or from Discord an e-mail address and a password. */
import { createRoute } from '@hono/zod-openapi'
import { playerOnly } from '@coinop/shared/access'
import { isUniqueViolation } from '@coinop/shared/d1'
import { once } from '@coinop/shared/idempotency'
import { ask } from '@coinop/shared/neighbour'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { addPassword, isConditionBroken } from '../accounts.ts'
import { defineRoute } from '../env.ts'
import { passwordIdentity } from '../identities.ts'
import { countAttempt, forgiveAttempt } from '../login-attempts.ts'
import { Identity, NewPassword } from '../model.ts'
import { refuseStaleSession } from '../own-sessions.ts'
import { problem, problems } from '../problems.ts'
import { sealedRequest } from '../sealed-answers.ts'
import { sendEvents } from '../sweep.ts'
import { authenticate, findUser, refuseCommonPassword } from '../users.ts'

export const identitiesLinkPassword = defineRoute({
  access: playerOnly,
  route: createRoute({
    operationId: 'identities.link-password',
    method: 'post',
    path: '/v1/me/identities/password',
    summary: 'Add a password',
    description:
      'For an account without one, in a session that is at most five minutes old. The same address and password again change nothing.',
    request: { body: json(NewPassword) },
    responses: {
      200: json(Identity, 'The identity'),
      ...problems(
        'common_password',
        'not_found',
        'session_not_fresh',
        'email_taken',
        'password_exists',
        'idempotency_conflict',
        'too_many_attempts',
      ),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId, actorId: userId } = caller
    const input = c.req.valid('json')
    const { email, password } = input
    const db = drizzle(c.env.AUTH_DB)
    await refuseStaleSession(db, caller)
    // Whether an address is taken and a password is right can be tried out here no faster than at the login.
    await countAttempt(c.env, caller, email)
    const asked = {
      caller,
      key: c.get('idempotencyKey'),
      operation: 'identities.link-password',
      input,
    }
    const { answer, replayed } = await once<Identity>(
      sealedRequest(c.env, asked),
      async (recordOf) => {
        const user = await findUser(db, projectId, userId)
        if (!user) throw problem('not_found')
        const identity = passwordIdentity(projectId, user)
        if (user.passwordHash !== null) {
          const known = await authenticate(db, c.env.PASSWORDS, caller, input)
          if (known?.id !== userId) throw problem('password_exists')
          return identity
        }
        await refuseCommonPassword(c.env, caller, { password, pointer: '/body/password' })
        const passwordHash = await ask('password', async () =>
          c.env.PASSWORDS.hash(caller, password),
        )
        const statements = await recordOf(identity)
        const place = { projectId, userId }
        try {
          await db.batch(addPassword(db, place, { email, passwordHash, statements }))
        } catch (error) {
          if (isUniqueViolation(error, 'users')) throw problem('email_taken')
          throw isConditionBroken(error) ? problem('password_exists') : error
        }
        return identity
      },
    )
    await forgiveAttempt(c.env, caller, email)
    if (replayed) c.header('idempotency-replayed', 'true')
    c.executionCtx.waitUntil(sendEvents(c.env))
    return c.json(answer, 200)
  },
})
