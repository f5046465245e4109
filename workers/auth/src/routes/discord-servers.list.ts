/** The Discord servers whose economy is the project, by application and server id. */
import { createRoute, z } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { and, asc, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { DiscordServer, toDiscordServer } from '../discord-server-model.ts'
import { defineRoute } from '../env.ts'
import { problems } from '../problems.ts'
import { projectOf } from '../projects.ts'
import { discordServers } from '../schema.ts'
import { textKeyFor } from '../secrets.ts'
import { tenantOf } from '../tenant-changes.ts'
import { ProjectId } from '../tenant-model.ts'

export const discordServersList = defineRoute({
  access: tenantMember('tenant:read'),
  route: createRoute({
    operationId: 'discord-servers.list',
    method: 'get',
    path: '/v1/projects/{projectId}/discord-servers',
    summary: 'List the Discord servers of the project',
    request: { params: z.object({ projectId: ProjectId }), query: PageQuery },
    responses: { 200: json(pageOf(DiscordServer), 'Servers'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const { projectId } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    const db = drizzle(c.env.AUTH_DB)
    await projectOf(db, tenantOf(c.get('caller')), projectId)
    const secret = textKeyFor(c.env.AUTH_SECRET, 'cursors')
    const scope = { secret, projectId, list: 'discord-servers' }
    const [application = '', server = ''] = (readCursor(scope, cursor) ?? '').split('/')
    const { applicationId, serverId } = discordServers
    const rows = await db
      .select()
      .from(discordServers)
      .where(
        and(
          eq(discordServers.projectId, projectId),
          sql`(${applicationId}, ${serverId}) > (${application}, ${server})`,
        ),
      )
      .orderBy(asc(applicationId), asc(serverId))
      .limit(limit + 1)
    const page = toPage(rows, limit, toDiscordServer, (last) =>
      writeCursor(scope, `${last.applicationId}/${last.serverId}`),
    )
    return c.json(page, 200)
  },
})
