/** Creates a sample thing. */
import { createRoute } from '@hono/zod-openapi'
import { now } from '@coinop/shared/clock'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { NewSampleThing, SampleThing, toSampleThing } from '../model.ts'
import { problems } from '../problems.ts'
import { insertSampleThing } from '../sample-things.ts'

export const sampleThingsCreate = defineRoute({
  access: { kinds: ['secret'] },
  route: createRoute({
    operationId: 'sample-things.create',
    method: 'post',
    path: '/v1/sample-things',
    summary: 'Create a sample thing',
    request: { body: json(NewSampleThing) },
    responses: {
      201: json(SampleThing, 'The sample thing'),
      ...problems('sample_thing_exists', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { projectId, actorId } = c.get('caller')
    const wanted = c.req.valid('json')
    const db = drizzle(c.env.TEMPLATE_DB)
    const request = {
      db,
      projectId,
      actorId,
      key: c.get('idempotencyKey'),
      requestHash: requestHash('sample-things.create', wanted),
    }
    const { answer, replayed } = await once<SampleThing>(request, async (recordOf) => {
      const row = { projectId, ...wanted, uses: 0, version: 1, createdAt: now() }
      const created = toSampleThing(row)
      await insertSampleThing(db, row, await recordOf(created))
      return created
    })
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(answer, 201)
  },
})
