/** One user of the project, for a server. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { toUser, User, UserId } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { findUser } from '../users.ts'

export const usersGet = defineRoute({
  access: secretKey('users:read'),
  route: createRoute({
    operationId: 'users.get',
    method: 'get',
    path: '/v1/users/{userId}',
    summary: 'Get a user',
    request: { params: z.object({ userId: UserId }) },
    responses: { 200: json(User, 'The user'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const { userId } = c.req.valid('param')
    const user = await findUser(drizzle(c.env.AUTH_DB), c.get('caller').projectId, userId)
    if (!user) throw problem('not_found')
    return c.json(toUser(user), 200)
  },
})
