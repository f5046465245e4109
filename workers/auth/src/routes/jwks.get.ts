/** The public keys of access tokens, for those who verify them on their own. */
import { createRoute } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { Jwks } from '../model.ts'
import { problems } from '../problems.ts'
import { publishedKeys } from '../signing-keys.ts'

export const jwksGet = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'jwks.get',
    method: 'get',
    path: '/v1/jwks.json',
    summary: 'Get the keys that verify access tokens',
    responses: { 200: json(Jwks, 'RFC 7517; newest first'), ...problems() },
  }),
  handler: async (c) => {
    c.header('cache-control', 'public, max-age=60')
    return c.json(await publishedKeys(c.env), 200)
  },
})
