/** Gives a Discord server the economy of a project; its managers may change that economy from then on. */
import { createRoute } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { json } from '@coinop/shared/route'
import { and, eq, ne, or } from 'drizzle-orm'
import { DiscordServer, DiscordServerPath, toDiscordServer } from '../discord-server-model.ts'
import { defineRoute } from '../env.ts'
import { problem, problems } from '../problems.ts'
import { projectOf } from '../projects.ts'
import { discordApplications, discordServers, projects } from '../schema.ts'
import { changeOnce, tenantOf } from '../tenant-changes.ts'

/** Of one project. */
export const serversMax = 1_000

export const discordServersSet = defineRoute({
  // Who makes managers of a server managers of money must be one who may move it.
  access: tenantMember('money:write'),
  route: createRoute({
    operationId: 'discord-servers.set',
    method: 'put',
    path: '/v1/projects/{projectId}/discord-servers/{applicationId}/{serverId}',
    summary: 'Give a Discord server the economy of the project',
    description:
      'The application may be of another project of the tenant. Until then the server shares the economy of the application, and nobody on Discord manages it.',
    request: { params: DiscordServerPath },
    responses: {
      200: json(DiscordServer, 'The server'),
      ...problems('not_found', 'limit_reached', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { projectId, applicationId, serverId } = c.req.valid('param')
    const tenantId = tenantOf(c.get('caller'))
    const input = { projectId, applicationId, serverId }
    const answer = await changeOnce<DiscordServer>(c, input, async (db) => {
      await projectOf(db, tenantId, projectId)
      const [application] = await db
        .select({ id: discordApplications.applicationId })
        .from(discordApplications)
        .innerJoin(projects, eq(projects.id, discordApplications.projectId))
        .where(
          and(
            eq(discordApplications.applicationId, applicationId),
            eq(projects.tenantId, tenantId),
          ),
        )
      if (!application) throw problem('not_found')
      const { applicationId: application_, serverId: server } = discordServers
      const isOther = or(ne(application_, applicationId), ne(server, serverId))
      const ofProject = eq(discordServers.projectId, projectId)
      const others = await db.$count(discordServers, and(ofProject, isOther))
      if (others >= serversMax) throw problem('limit_reached')
      const row = { ...input, createdAt: now() }
      const statement = db
        .insert(discordServers)
        .values(row)
        .onConflictDoUpdate({ target: [application_, server], set: { projectId } })
      return {
        answer: toDiscordServer(row),
        statements: [statement],
        subject: serverId,
        projectId,
      }
    })
    return c.json(answer, 200)
  },
})
