/** How far a rebuild of the copy is, and the digests before and after. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { problem, problems } from '../problems.ts'
import { findRebuild } from '../rebuild.ts'
import { Rebuild, toRebuild } from '../rebuild-model.ts'

export const rebuildsGet = defineRoute({
  access: secretKey('wallet:read'),
  route: createRoute({
    operationId: 'rebuilds.get',
    method: 'get',
    path: '/v1/ledger/rebuilds/{number}',
    summary: 'Get a rebuild',
    request: { params: z.object({ number: z.coerce.number().int().min(1) }) },
    responses: { 200: json(Rebuild, 'The rebuild'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const { number } = c.req.valid('param')
    const rebuild = await findRebuild(c.env.WALLET_DB, c.get('caller').projectId, number)
    if (!rebuild) throw problem('not_found')
    return c.json(toRebuild(rebuild), 200)
  },
})
