/** Changes what a player shows of themselves. */
import { createRoute } from '@hono/zod-openapi'
import { playerOnly } from '@coinop/shared/access'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { setDisplayName } from '../accounts.ts'
import { defineRoute } from '../env.ts'
import { toUser, User, UserPatch } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { sealedRequest } from '../sealed-answers.ts'
import { findUser } from '../users.ts'

export const usersUpdate = defineRoute({
  access: playerOnly,
  route: createRoute({
    operationId: 'users.update',
    method: 'patch',
    path: '/v1/me',
    summary: 'Change your display name',
    request: { body: json(UserPatch) },
    responses: {
      200: json(User, 'The player as they are now'),
      ...problems('not_found', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId, actorId: userId } = caller
    const input = c.req.valid('json')
    const db = drizzle(c.env.AUTH_DB)
    const key = c.get('idempotencyKey')
    const request = sealedRequest(c.env, { caller, key, operation: 'users.update', input })
    const { answer, replayed } = await once<User>(request, async (recordOf) => {
      const user = await findUser(db, projectId, userId)
      if (!user?.isActive) throw problem('not_found')
      const { displayName } = input
      const updated = { ...toUser(user), displayName }
      const change = setDisplayName(db, { projectId, userId }, displayName)
      await db.batch([change, ...(await recordOf(updated))])
      return updated
    })
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(answer, 200)
  },
})
