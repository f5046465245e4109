/** The members of the tenant, those who have only been invited included. */
import { createRoute } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { membersAfter } from '../members.ts'
import { problems } from '../problems.ts'
import { textKeyFor } from '../secrets.ts'
import { tenantOf } from '../tenant-changes.ts'
import { Member, toMember } from '../tenant-model.ts'

export const membersList = defineRoute({
  access: tenantMember('tenant:read'),
  route: createRoute({
    operationId: 'members.list',
    method: 'get',
    path: '/v1/members',
    summary: 'List the members',
    request: { query: PageQuery },
    responses: { 200: json(pageOf(Member), 'Members, oldest first'), ...problems() },
  }),
  handler: async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const tenantId = tenantOf(c.get('caller'))
    const secret = textKeyFor(c.env.AUTH_SECRET, 'cursors')
    const scope = { secret, projectId: tenantId, list: 'members' }
    const after = readCursor(scope, cursor) ?? ''
    const rows = await membersAfter(drizzle(c.env.AUTH_DB), tenantId, after, limit + 1)
    return c.json(
      toPage(rows, limit, toMember, ({ id }) => writeCursor(scope, id)),
      200,
    )
  },
})
