/** How the player can log in. */
import { createRoute } from '@hono/zod-openapi'
import { playerOnly } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { allIdentities } from '../identities.ts'
import { Identity } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { textKeyFor } from '../secrets.ts'
import { findUser } from '../users.ts'

export const identitiesList = defineRoute({
  access: playerOnly,
  route: createRoute({
    operationId: 'identities.list',
    method: 'get',
    path: '/v1/me/identities',
    summary: 'List your identities',
    request: { query: PageQuery },
    responses: {
      200: json(pageOf(Identity), 'The ways in which you can log in, oldest first'),
      ...problems('not_found'),
    },
  }),
  handler: async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const { projectId, actorId } = c.get('caller')
    const secret = textKeyFor(c.env.AUTH_SECRET, 'cursors')
    const scope = { secret, projectId, list: 'identities', filter: actorId }
    const after = readCursor(scope, cursor) ?? ''
    const db = drizzle(c.env.AUTH_DB)
    const user = await findUser(db, projectId, actorId)
    if (!user) throw problem('not_found')
    const rows = (await allIdentities(db, projectId, user)).filter(({ id }) => id > after)
    const page = toPage(
      rows,
      limit,
      (row) => row,
      ({ id }) => writeCursor(scope, id),
    )
    return c.json(page, 200)
  },
})
