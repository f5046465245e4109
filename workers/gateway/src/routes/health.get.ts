/** Asks every Worker whether it works, at the same time. For load balancers and for the impatient. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { healthOfAll } from '../health.ts'
import { problems } from '../problems.ts'

const Health = z
  .strictObject({
    status: z.enum(['ok', 'down']),
    version: z.string(),
    workers: z.record(
      z.string(),
      z.strictObject({
        status: z.enum(['ok', 'down']),
        latencyMs: z.int().min(0),
        version: z.string().nullable().openapi({ description: 'null when it did not answer' }),
      }),
    ),
  })
  .openapi('Health')

export const healthGet = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'health.get',
    method: 'get',
    path: '/healthz',
    summary: 'Health of every Worker',
    request: { query: z.looseObject({}) },
    responses: {
      200: json(Health, 'Everything works'),
      503: json(Health, 'Something does not'),
      ...problems(),
    },
  }),
  handler: async ({ env }) => {
    const health = await healthOfAll(env)
    return Response.json(health, { status: health.status === 'ok' ? 200 : 503 })
  },
})
