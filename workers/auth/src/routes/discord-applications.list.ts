/** The Discord applications of a project. There are few, so all are in one page. */
import { createRoute, z } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { pageOf } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { problems } from '../problems.ts'
import { applicationsOf, projectOf } from '../projects.ts'
import { tenantOf } from '../tenant-changes.ts'
import { DiscordApplication, ProjectId, toDiscordApplication } from '../tenant-model.ts'

export const discordApplicationsList = defineRoute({
  access: tenantMember('tenant:read'),
  route: createRoute({
    operationId: 'discord-applications.list',
    method: 'get',
    path: '/v1/projects/{projectId}/discord-applications',
    summary: 'List the Discord applications',
    request: { params: z.object({ projectId: ProjectId }) },
    responses: {
      200: json(pageOf(DiscordApplication), 'All of them'),
      ...problems('not_found'),
    },
  }),
  handler: async (c) => {
    const { projectId } = c.req.valid('param')
    const db = drizzle(c.env.AUTH_DB)
    await projectOf(db, tenantOf(c.get('caller')), projectId)
    const rows = await applicationsOf(db, projectId)
    return c.json({ data: rows.map(toDiscordApplication), nextCursor: null }, 200)
  },
})
