/** Ends a Discord server's own economy: it shares the one of its application again. Nothing in the project is lost. */
import { createRoute } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { and, eq } from 'drizzle-orm'
import { DiscordServerPath } from '../discord-server-model.ts'
import { defineRoute } from '../env.ts'
import { problem, problems } from '../problems.ts'
import { projectOf } from '../projects.ts'
import { discordServers } from '../schema.ts'
import { changeOnce, tenantOf } from '../tenant-changes.ts'

export const discordServersDelete = defineRoute({
  access: tenantMember('projects:write'),
  route: createRoute({
    operationId: 'discord-servers.delete',
    method: 'delete',
    path: '/v1/projects/{projectId}/discord-servers/{applicationId}/{serverId}',
    summary: "End a Discord server's own economy",
    request: { params: DiscordServerPath },
    responses: {
      204: { description: 'It shares the economy of its application again' },
      ...problems('not_found', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { projectId, applicationId, serverId } = c.req.valid('param')
    const tenantId = tenantOf(c.get('caller'))
    await changeOnce<null>(c, { projectId, applicationId, serverId }, async (db) => {
      await projectOf(db, tenantId, projectId)
      const isThis = and(
        eq(discordServers.projectId, projectId),
        eq(discordServers.applicationId, applicationId),
        eq(discordServers.serverId, serverId),
      )
      if ((await db.$count(discordServers, isThis)) === 0) throw problem('not_found')
      const statements = [db.delete(discordServers).where(isThis)]
      return { answer: null, statements, subject: serverId, projectId }
    })
    return c.body(null, 204)
  },
})
