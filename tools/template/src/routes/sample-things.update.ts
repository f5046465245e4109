/** Changes the note of a sample thing. */
import { createRoute, z } from '@hono/zod-openapi'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { SampleThing, SampleThingName, SampleThingPatch } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { changeSampleThing } from '../sample-thing-changes.ts'

export const sampleThingsUpdate = defineRoute({
  access: { kinds: ['secret'] },
  route: createRoute({
    operationId: 'sample-things.update',
    method: 'patch',
    path: '/v1/sample-things/{name}',
    summary: 'Change a sample thing',
    request: { params: z.object({ name: SampleThingName }), body: json(SampleThingPatch) },
    responses: {
      200: json(SampleThing, 'The sample thing as it is now'),
      ...problems('not_found', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { projectId, actorId } = c.get('caller')
    const { name } = c.req.valid('param')
    const patch = c.req.valid('json')
    const db = drizzle(c.env.TEMPLATE_DB)
    const request = {
      db,
      projectId,
      actorId,
      key: c.get('idempotencyKey'),
      requestHash: requestHash('sample-things.update', [name, patch]),
    }
    const { answer, replayed } = await once<SampleThing>(request, async (recordOf) => {
      const change = { decide: () => patch, recordOf }
      const changed = await changeSampleThing(db, { projectId, name }, change)
      if (!changed) throw problem('not_found')
      return changed
    })
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(answer, 200)
  },
})
