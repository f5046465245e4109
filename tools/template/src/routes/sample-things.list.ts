/** The project's sample things, by name. */
import { createRoute } from '@hono/zod-openapi'
import { anyoneInProject } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { and, asc, eq, gt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { SampleThing, toSampleThing } from '../model.ts'
import { problems } from '../problems.ts'
import { sampleThings } from '../schema.ts'

export const sampleThingsList = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'sample-things.list',
    method: 'get',
    path: '/v1/sample-things',
    summary: 'List the sample things',
    request: { query: PageQuery },
    responses: { 200: json(pageOf(SampleThing), 'Sample things, by name'), ...problems() },
  }),
  handler: async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const { projectId } = c.get('caller')
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'sample-things' }
    const after = readCursor(scope, cursor) ?? ''
    const rows = await drizzle(c.env.TEMPLATE_DB)
      .select()
      .from(sampleThings)
      .where(and(eq(sampleThings.projectId, projectId), gt(sampleThings.name, after)))
      .orderBy(asc(sampleThings.name))
      .limit(limit + 1)
    const page = toPage(rows, limit, toSampleThing, ({ name }) => writeCursor(scope, name))
    return c.json(page, 200)
  },
})
