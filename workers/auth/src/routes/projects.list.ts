/** The projects of the tenant. */
import { createRoute } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { problems } from '../problems.ts'
import { projectsAfter } from '../projects.ts'
import { textKeyFor } from '../secrets.ts'
import { tenantOf } from '../tenant-changes.ts'
import { Project, toProject } from '../tenant-model.ts'

export const projectsList = defineRoute({
  access: tenantMember('tenant:read'),
  route: createRoute({
    operationId: 'projects.list',
    method: 'get',
    path: '/v1/projects',
    summary: 'List the projects',
    request: { query: PageQuery },
    responses: { 200: json(pageOf(Project), 'Projects, oldest first'), ...problems() },
  }),
  handler: async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const tenantId = tenantOf(c.get('caller'))
    const secret = textKeyFor(c.env.AUTH_SECRET, 'cursors')
    const scope = { secret, projectId: tenantId, list: 'projects' }
    const after = readCursor(scope, cursor) ?? ''
    const rows = await projectsAfter(drizzle(c.env.AUTH_DB), tenantId, after, limit + 1)
    return c.json(
      toPage(rows, limit, toProject, ({ id }) => writeCursor(scope, id)),
      200,
    )
  },
})
