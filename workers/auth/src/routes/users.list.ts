/** The project's users, newest first, for a server. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { toUser, User } from '../model.ts'
import { problems } from '../problems.ts'
import { textKeyFor } from '../secrets.ts'
import { usersBefore } from '../users.ts'

export const usersList = defineRoute({
  access: secretKey('users:read'),
  route: createRoute({
    operationId: 'users.list',
    method: 'get',
    path: '/v1/users',
    summary: 'List the users',
    request: { query: PageQuery },
    responses: { 200: json(pageOf(User), 'Users, newest first'), ...problems() },
  }),
  handler: async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const { projectId } = c.get('caller')
    const scope = { secret: textKeyFor(c.env.AUTH_SECRET, 'cursors'), projectId, list: 'users' }
    const before = readCursor(scope, cursor)
    const rows = await usersBefore(drizzle(c.env.AUTH_DB), projectId, before, limit + 1)
    return c.json(
      toPage(rows, limit, toUser, ({ id }) => writeCursor(scope, id)),
      200,
    )
  },
})
