/** Lets a deactivated player in again. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { reactivateUser } from '../accounts.ts'
import { defineRoute } from '../env.ts'
import { toUser, User, UserId } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { sendEvents } from '../sweep.ts'
import { findUser } from '../users.ts'

export const usersReactivate = defineRoute({
  access: secretKey('users:write'),
  idempotency: 'none',
  route: createRoute({
    operationId: 'users.reactivate',
    method: 'post',
    path: '/v1/users/{userId}/reactivate',
    summary: 'Reactivate a user',
    description: 'Their old sessions stay over. A second time changes nothing.',
    request: { params: z.object({ userId: UserId }) },
    responses: { 200: json(User, 'The user as they are now'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const { userId } = c.req.valid('param')
    const { projectId } = c.get('caller')
    const db = drizzle(c.env.AUTH_DB)
    const user = await findUser(db, projectId, userId)
    if (!user) throw problem('not_found')
    if (!user.isActive) {
      await db.batch(reactivateUser(db, { projectId, userId }))
      c.executionCtx.waitUntil(sendEvents(c.env))
    }
    return c.json({ ...toUser(user), isActive: true }, 200)
  },
})
