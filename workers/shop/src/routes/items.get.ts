/** One item. An inactive one is shown to secret keys and members only; to others it is as if it were not there. */
import { createRoute, z } from '@hono/zod-openapi'
import { actsForProject, anyoneInProject } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { findProduct } from '../catalogue.ts'
import { defineRoute } from '../env.ts'
import { ItemId } from '../item-parts.ts'
import { Item, toItem } from '../model.ts'
import { problem, problems } from '../problems.ts'

export const itemsGet = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'items.get',
    method: 'get',
    path: '/v1/items/{itemId}',
    summary: 'Get an item',
    request: { params: z.object({ itemId: ItemId }) },
    responses: { 200: json(Item, 'The item'), ...problems('item_not_found') },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId } = caller
    const { itemId } = c.req.valid('param')
    const row = await findProduct(drizzle(c.env.SHOP_DB), { projectId, id: itemId })
    if (!row || !(row.isActive || actsForProject(caller))) throw problem('item_not_found')
    return c.json(toItem(row), 200)
  },
})
