/** One sample thing, by its name. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyoneInProject } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { SampleThing, SampleThingName, toSampleThing } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { findSampleThing } from '../sample-things.ts'

export const sampleThingsGet = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'sample-things.get',
    method: 'get',
    path: '/v1/sample-things/{name}',
    summary: 'Get a sample thing',
    request: { params: z.object({ name: SampleThingName }) },
    responses: { 200: json(SampleThing, 'The sample thing'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const { name } = c.req.valid('param')
    const { projectId } = c.get('caller')
    const row = await findSampleThing(drizzle(c.env.TEMPLATE_DB), { projectId, name })
    if (!row) throw problem('not_found')
    return c.json(toSampleThing(row), 200)
  },
})
