/** The API reference and the list of error codes, from our own files: they work without internet. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { assetAt } from '../assets.ts'
import { defineRoute } from '../env.ts'
import { problems } from '../problems.ts'

export const docsGet = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'docs.get',
    method: 'get',
    path: '/docs',
    summary: 'The API reference',
    request: { query: z.looseObject({}) },
    responses: {
      200: { description: 'A page', content: { 'text/html': { schema: z.string() } } },
      ...problems(),
    },
  }),
  handler: (exchange) => assetAt(exchange, '/docs.html'),
})
