/** A new password for a player who knows the present one. */
import { createRoute } from '@hono/zod-openapi'
import { playerOnly } from '@coinop/shared/access'
import { once } from '@coinop/shared/idempotency'
import { ask } from '@coinop/shared/neighbour'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { isConditionBroken, setPassword } from '../accounts.ts'
import { defineRoute } from '../env.ts'
import { countAttempt, forgiveAttempt } from '../login-attempts.ts'
import { PasswordChange } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { sealedRequest } from '../sealed-answers.ts'
import { sendEvents } from '../sweep.ts'
import { findUser, refuseCommonPassword } from '../users.ts'

export const passwordChange = defineRoute({
  access: playerOnly,
  route: createRoute({
    operationId: 'password.change',
    method: 'post',
    path: '/v1/me/password',
    summary: 'Change your password',
    description: 'All other sessions end.',
    request: { body: json(PasswordChange) },
    responses: {
      204: { description: 'The password is changed' },
      ...problems(
        'common_password',
        'wrong_password',
        'not_found',
        'no_password',
        'idempotency_conflict',
        'too_many_attempts',
      ),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId, actorId: userId, sessionId } = caller
    const input = c.req.valid('json')
    const db = drizzle(c.env.AUTH_DB)
    const user = await findUser(db, projectId, userId)
    if (!user) throw problem('not_found')
    const { passwordHash: from, email } = user
    if (from === null || email === null) throw problem('no_password')
    // Whoever holds a stolen access token guesses no faster here than at the login.
    await countAttempt(c.env, caller, email)
    const key = c.get('idempotencyKey')
    const request = sealedRequest(c.env, { caller, key, operation: 'password.change', input })
    const { replayed } = await once(request, async (recordOf) => {
      const { matches } = await ask('password', async () =>
        c.env.PASSWORDS.verify(caller, input.currentPassword, from),
      )
      if (!matches) throw problem('wrong_password')
      const password = input.newPassword
      await refuseCommonPassword(c.env, caller, { password, pointer: '/body/newPassword' })
      const to = await ask('password', async () => c.env.PASSWORDS.hash(caller, password))
      const statements = setPassword(db, { projectId, userId }, { from, to, sessionId })
      try {
        await db.batch([...statements, ...(await recordOf({}))])
      } catch (error) {
        throw isConditionBroken(error) ? problem('wrong_password') : error
      }
      return {}
    })
    await forgiveAttempt(c.env, caller, email)
    if (replayed) c.header('idempotency-replayed', 'true')
    c.executionCtx.waitUntil(sendEvents(c.env))
    return c.body(null, 204)
  },
})
