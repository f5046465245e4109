/** The page with which anybody checks a round: one file, which works when it is saved and asks nobody. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { assetAt } from '../assets.ts'
import { defineRoute } from '../env.ts'
import { problems } from '../problems.ts'

export const fairGet = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'fair.get',
    method: 'get',
    path: '/fair',
    summary: 'The verifier of rounds',
    request: { query: z.looseObject({}) },
    responses: {
      200: { description: 'A page', content: { 'text/html': { schema: z.string() } } },
      ...problems(),
    },
  }),
  handler: (exchange) => assetAt(exchange, '/fair.html'),
})
