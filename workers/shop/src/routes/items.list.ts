/** The catalogue: what players can buy, and for a secret key or a member also what they cannot buy now. */
import { createRoute, z } from '@hono/zod-openapi'
import { actsForProject, anyoneInProject } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { listProducts } from '../catalogue.ts'
import { defineRoute } from '../env.ts'
import { Item, toItem } from '../model.ts'
import { problem, problems } from '../problems.ts'

const Query = PageQuery.extend({
  includeInactive: z
    .enum(['true', 'false'])
    .default('false')
    .openapi({ description: 'true: also what players cannot see; takes a secret key or a member' }),
})

export const itemsList = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'items.list',
    method: 'get',
    path: '/v1/items',
    summary: 'List the catalogue',
    request: { query: Query },
    responses: { 200: json(pageOf(Item), 'Items, oldest first'), ...problems() },
  }),
  handler: async (c) => {
    const { limit, cursor, ...query } = c.req.valid('query')
    const caller = c.get('caller')
    const { projectId } = caller
    const includeInactive = query.includeInactive === 'true'
    if (includeInactive && !actsForProject(caller)) {
      throw problem('forbidden', 'Only a secret key or a member may see inactive items.')
    }
    const scope = {
      secret: c.env.CURSOR_SECRET,
      projectId,
      list: 'items',
      filter: { includeInactive },
    }
    const after = readCursor(scope, cursor) ?? ''
    const rows = await listProducts(drizzle(c.env.SHOP_DB), projectId, {
      after,
      limit: limit + 1,
      includeInactive,
    })
    return c.json(
      toPage(rows, limit, toItem, ({ id }) => writeCursor(scope, id)),
      200,
    )
  },
})
