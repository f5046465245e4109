/** Deletes a sample thing. */
import { createRoute, z } from '@hono/zod-openapi'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { SampleThingName } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { findSampleThing, isSampleThing } from '../sample-things.ts'
import { sampleThings } from '../schema.ts'

export const sampleThingsDelete = defineRoute({
  access: { kinds: ['secret'] },
  route: createRoute({
    operationId: 'sample-things.delete',
    method: 'delete',
    path: '/v1/sample-things/{name}',
    summary: 'Delete a sample thing',
    request: { params: z.object({ name: SampleThingName }) },
    responses: {
      204: { description: 'It is gone' },
      ...problems('not_found', 'idempotency_conflict'),
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
      requestHash: requestHash('sample-things.delete', name),
    }
    const { replayed } = await once<null>(request, async (recordOf) => {
      const key = { projectId, name }
      if (!(await findSampleThing(db, key))) throw problem('not_found')
      await db.batch([db.delete(sampleThings).where(isSampleThing(key)), ...(await recordOf(null))])
      return null
    })
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.body(null, 204)
  },
})
