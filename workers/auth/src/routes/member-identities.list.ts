/** Which Discord accounts the member can log in with. */
import { createRoute } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { MemberIdentity } from '../flow-model.ts'
import { asOwner, ownIdentities } from '../member-identities.ts'
import { problems } from '../problems.ts'
import { textKeyFor } from '../secrets.ts'

export const memberIdentitiesList = defineRoute({
  access: tenantMember('tenant:read'),
  route: createRoute({
    operationId: 'member-identities.list',
    method: 'get',
    path: '/v1/members/me/identities',
    summary: 'List your identities, as a member',
    request: { query: PageQuery },
    responses: {
      200: json(pageOf(MemberIdentity), 'What you can log in with beside the password'),
      ...problems(),
    },
  }),
  handler: async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const caller = c.get('caller')
    const { projectId, actorId } = asOwner(caller)
    const secret = textKeyFor(c.env.AUTH_SECRET, 'cursors')
    const scope = { secret, projectId, list: 'member-identities', filter: actorId }
    const after = readCursor(scope, cursor) ?? ''
    const all = await ownIdentities(drizzle(c.env.AUTH_DB), caller)
    const page = toPage(
      all.filter(({ id }) => id > after),
      limit,
      (identity) => identity,
      ({ id }) => writeCursor(scope, id),
    )
    return c.json(page, 200)
  },
})
