/** Lets a deactivated player in again. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { reactivateUser } from '../accounts.ts'
import { defineRoute } from '../env.ts'
import { toUser, User, UserId, type UserRow } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { sendEvents } from '../sweep.ts'
import { changeInProject } from '../tenant-changes.ts'
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
    const user = await changeInProject<UserRow>(c, async (db) => {
      const known = await findUser(db, projectId, userId)
      if (!known) throw problem('not_found')
      return {
        answer: known,
        statements: reactivateUser(db, { projectId, userId }),
        subject: userId,
        ...(known.isActive && { unchanged: true }),
      }
    })
    c.executionCtx.waitUntil(sendEvents(c.env))
    return c.json({ ...toUser(user), isActive: true }, 200)
  },
})
