/** Renames a project, or says where Discord may send its players back to. Its environment stays: keys say it. */
import { createRoute, z } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { eq } from 'drizzle-orm'
import { defineRoute } from '../env.ts'
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
    request: { params: z.object({ projectId: ProjectId }), body: json(ProjectPatch) },
    responses: {
      200: json(Project, 'The project'),
      ...problems('not_found', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { projectId } = c.req.valid('param')
    const { name, redirectUris } = c.req.valid('json')
    const tenantId = tenantOf(c.get('caller'))
    const answer = await changeOnce<Project>(c, { projectId, name, redirectUris }, async (db) => {
      const project = await projectOf(db, tenantId, projectId)
      const changes = { ...(name !== undefined && { name }), ...(redirectUris && { redirectUris }) }
      return {
        answer: toProject({ ...project, ...changes }),
        statements: [db.update(projects).set(changes).where(eq(projects.id, projectId))],
        subject: projectId,
        projectId,
      }
    })
    return c.json(answer, 200)
  },
})
