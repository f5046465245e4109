/** Disconnects a Discord application: its interactions are refused from then on. */
import { createRoute, z } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { and, eq } from 'drizzle-orm'
import { defineRoute } from '../env.ts'
import { problem, problems } from '../problems.ts'
import { applicationsOf, projectOf } from '../projects.ts'
import { discordApplications, discordServers } from '../schema.ts'
import { changeOnce, tenantOf } from '../tenant-changes.ts'
import { DiscordApplication, ProjectId } from '../tenant-model.ts'

const { applicationId: ApplicationId } = DiscordApplication.shape

export const discordApplicationsDelete = defineRoute({
  access: tenantMember('projects:write'),
  route: createRoute({
    operationId: 'discord-applications.delete',
    method: 'delete',
    path: '/v1/projects/{projectId}/discord-applications/{applicationId}',
    summary: 'Disconnect a Discord application',
    request: { params: z.object({ projectId: ProjectId, applicationId: ApplicationId }) },
    responses: {
      204: { description: 'It is not connected any more' },
      ...problems('not_found', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { projectId, applicationId } = c.req.valid('param')
    const tenantId = tenantOf(c.get('caller'))
    await changeOnce<null>(c, { projectId, applicationId }, async (db) => {
      await projectOf(db, tenantId, projectId)
      const known = await applicationsOf(db, projectId)
      if (!known.some((each) => each.applicationId === applicationId)) throw problem('not_found')
      const isThis = and(
        eq(discordApplications.projectId, projectId),
        eq(discordApplications.applicationId, applicationId),
      )
      const statements = [
        db.delete(discordApplications).where(isThis),
        // Whoever connects it next says anew where its servers belong.
        db.delete(discordServers).where(eq(discordServers.applicationId, applicationId)),
      ]
      return { answer: null, statements, subject: applicationId, projectId }
    })
    return c.body(null, 204)
  },
})
