/** The operation `sample-things.use`: the count rises by 1, once per Idempotency-Key. */
import { createRoute, z } from '@hono/zod-openapi'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { SampleThing, SampleThingName } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { changeSampleThing } from '../sample-thing-changes.ts'

export const sampleThingsUse = defineRoute({
  access: { kinds: ['secret'] },
  idempotency: 'required',
  route: createRoute({
    operationId: 'sample-things.use',
    method: 'post',
    path: '/v1/sample-things/{name}/use',
    summary: 'Use a sample thing',
    request: { params: z.object({ name: SampleThingName }) },
    responses: {
      200: json(SampleThing, 'The sample thing as it is now'),
      ...problems('not_found', 'idempotency_conflict', 'idempotency_key_required'),
    },
  }),
  handler: async (c) => {
    const { projectId, actorId } = c.get('caller')
    const { name } = c.req.valid('param')
    const db = drizzle(c.env.TEMPLATE_DB)
    const request = {
      db,
      projectId,
      actorId,
      key: c.get('idempotencyKey'),
      requestHash: requestHash('sample-things.use', name),
    }
    const { answer, replayed } = await once<SampleThing>(request, async (recordOf) => {
      const change = { decide: ({ uses }: { uses: number }) => ({ uses: uses + 1 }), recordOf }
      const changed = await changeSampleThing(db, { projectId, name }, change)
      if (!changed) throw problem('not_found')
      return changed
    })
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(answer, 200)
  },
})
