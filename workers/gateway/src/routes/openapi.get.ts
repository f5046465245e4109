/** The contract of the whole system, as it was generated from the routes. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { assetAt } from '../assets.ts'
import { defineRoute } from '../env.ts'
import { problems } from '../problems.ts'

export const openapiGet = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'openapi.get',
    method: 'get',
    path: '/openapi.json',
    summary: 'The OpenAPI 3.1 document',
    request: { query: z.looseObject({}) },
    responses: {
      200: json(z.looseObject({ openapi: z.string() }), 'The document'),
      ...problems(),
    },
  }),
  handler: async (exchange) => {
    const asset = await assetAt(exchange, '/openapi.json')
    if (!asset.ok) throw new Error('The contract is not among the files: run tools/public.ts.')
    return asset
  },
})
