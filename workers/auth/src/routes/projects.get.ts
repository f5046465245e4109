/** One project of the tenant. */
import { createRoute, z } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { problems } from '../problems.ts'
import { projectOf } from '../projects.ts'
import { tenantOf } from '../tenant-changes.ts'
import { Project, ProjectId, toProject } from '../tenant-model.ts'

export const projectsGet = defineRoute({
  access: tenantMember('tenant:read'),
  route: createRoute({
    operationId: 'projects.get',
    method: 'get',
    path: '/v1/projects/{projectId}',
    summary: 'Get a project',
    request: { params: z.object({ projectId: ProjectId }) },
    responses: { 200: json(Project, 'The project'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const { projectId } = c.req.valid('param')
    const tenantId = tenantOf(c.get('caller'))
    return c.json(toProject(await projectOf(drizzle(c.env.AUTH_DB), tenantId, projectId)), 200)
  },
})
