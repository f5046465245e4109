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
  handler: async (c) => {
    const asset = await assetAt(c, '/fair.html')
    // A file, not JSON of this handler's making; the contract describes it all the same.
    return asset
  },
})
