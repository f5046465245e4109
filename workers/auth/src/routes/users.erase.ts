/** Removes everything personal of the player who asks. */
import { createRoute } from '@hono/zod-openapi'
import { playerOnly } from '@coinop/shared/access'
import { drizzle } from 'drizzle-orm/d1'
import { eraseUser } from '../accounts.ts'
import { defineRoute } from '../env.ts'
import { forgetAccount } from '../login-attempts.ts'
import { refuseStaleSession } from '../own-sessions.ts'
import { problem, problems } from '../problems.ts'
import { sendEvents } from '../sweep.ts'
import { findUser } from '../users.ts'

export const usersErase = defineRoute({
  access: playerOnly,
  idempotency: 'none',
  route: createRoute({
    operationId: 'users.erase',
    method: 'delete',
    path: '/v1/me',
    summary: 'Erase yourself',
    description:
      'Takes a session that is at most five minutes old. Address, name, password and identities are removed, every session ends, and the address is free again. The id stays in wallets and orders, and names nobody. It cannot be undone; afterwards the session is over, so a repetition is answered with 401 or 403.',
    responses: {
      204: { description: 'Nothing personal is left' },
      ...problems('not_found', 'session_not_fresh'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const db = drizzle(c.env.AUTH_DB)
    const user = await findUser(db, caller.projectId, caller.actorId)
    if (!user) throw problem('not_found')
    await refuseStaleSession(db, caller)
    const forget = user.email === null ? [] : [forgetAccount(c.env, caller, user.email)]
    await db.batch([...eraseUser(db, caller), ...forget])
    c.executionCtx.waitUntil(sendEvents(c.env))
    return c.body(null, 204)
  },
})
