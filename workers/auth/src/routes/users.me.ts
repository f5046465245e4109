/** The player who asks. */
import { createRoute } from '@hono/zod-openapi'
import { playerOnly } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { toUser, User } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { findUser } from '../users.ts'

export const usersMe = defineRoute({
  access: playerOnly,
  route: createRoute({
    operationId: 'users.me',
    method: 'get',
    path: '/v1/me',
    summary: 'Get yourself',
    responses: { 200: json(User, 'The player'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const { projectId, actorId } = c.get('caller')
    const user = await findUser(drizzle(c.env.AUTH_DB), projectId, actorId)
    if (!user) throw problem('not_found')
    return c.json(toUser(user), 200)
  },
})
