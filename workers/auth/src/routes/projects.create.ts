/** Makes a project: players, wallets and items of one game or community, apart from those of all others. */
import { createRoute } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { listOrigins, refuseInsecureOrigins } from '../origins.ts'
import { problem, problems } from '../problems.ts'
import { countProjects } from '../projects.ts'
import { projects } from '../schema.ts'
import { changeOnce, tenantOf } from '../tenant-changes.ts'
import { NewProject, Project, projectsMax, toProject } from '../tenant-model.ts'

export const projectsCreate = defineRoute({
  access: tenantMember('projects:write'),
  route: createRoute({
    operationId: 'projects.create',
    method: 'post',
    path: '/v1/projects',
    summary: 'Make a project',
    request: { body: json(NewProject) },
    responses: {
      201: json(Project, 'The project'),
      ...problems('limit_reached', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const given = c.req.valid('json')
    const input = { ...given, allowedOrigins: [...new Set(given.allowedOrigins)] }
    refuseInsecureOrigins(input.allowedOrigins, input.environment)
    const tenantId = tenantOf(c.get('caller'))
    const answer = await changeOnce<Project>(c, input, async (db) => {
      if ((await countProjects(db, tenantId)) >= projectsMax) throw problem('limit_reached')
      const made = { plan: 'free', createdAt: now(), redirectUris: [] }
      const row = { id: newId('prj'), tenantId, ...input, ...made }
      return {
        answer: toProject(row),
        statements: [
          db.insert(projects).values(row),
          ...listOrigins(db, row.id, row.allowedOrigins),
        ],
        subject: row.id,
        projectId: row.id,
      }
    })
    return c.json(answer, 201)
  },
})
