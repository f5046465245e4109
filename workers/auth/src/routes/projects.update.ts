/** Renames a project, and says which pages may call the API for it and where Discord may send its players back to. */
import { createRoute, z } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { eq } from 'drizzle-orm'
import { defineRoute } from '../env.ts'
import { listOrigins, refuseInsecureOrigins } from '../origins.ts'
import { problems } from '../problems.ts'
import { projectOf } from '../projects.ts'
import { projects } from '../schema.ts'
import { changeOnce, tenantOf } from '../tenant-changes.ts'
import { Project, ProjectId, ProjectPatch, toProject } from '../tenant-model.ts'

export const projectsUpdate = defineRoute({
  access: tenantMember('projects:write'),
  route: createRoute({
    operationId: 'projects.update',
    method: 'patch',
    path: '/v1/projects/{projectId}',
    summary: 'Change a project',
    description: 'New origins count within ten seconds.',
    request: { params: z.object({ projectId: ProjectId }), body: json(ProjectPatch) },
    responses: {
      200: json(Project, 'The project'),
      ...problems('not_found', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { projectId } = c.req.valid('param')
    const { name, allowedOrigins, redirectUris } = c.req.valid('json')
    const patch = {
      ...(name !== undefined && { name }),
      ...(redirectUris && { redirectUris }),
      ...(allowedOrigins && { allowedOrigins: [...new Set(allowedOrigins)] }),
    }
    const tenantId = tenantOf(c.get('caller'))
    const answer = await changeOnce<Project>(c, { projectId, ...patch }, async (db) => {
      const project = await projectOf(db, tenantId, projectId)
      const changed = { ...project, ...patch }
      refuseInsecureOrigins(changed.allowedOrigins, project.environment)
      return {
        answer: toProject(changed),
        statements: [
          db.update(projects).set(patch).where(eq(projects.id, projectId)),
          ...listOrigins(db, projectId, changed.allowedOrigins),
        ],
        subject: projectId,
        projectId,
      }
    })
    return c.json(answer, 200)
  },
})
