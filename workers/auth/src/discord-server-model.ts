/** A Discord server whose economy is a project of its own, as members of the tenant see it. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import type { discordServers } from './schema.ts'
import { ProjectId, Snowflake } from './tenant-model.ts'

export const DiscordServerPath = z.object({
  projectId: ProjectId,
  applicationId: Snowflake,
  serverId: Snowflake,
})

export const DiscordServer = z
  .strictObject({
    applicationId: Snowflake,
    serverId: Snowflake,
    createdAt: z.iso.datetime(),
  })
  .openapi('DiscordServer')
export type DiscordServer = z.infer<typeof DiscordServer>

export const toDiscordServer = ({
  applicationId,
  serverId,
  createdAt,
}: typeof discordServers.$inferSelect): DiscordServer => ({
  applicationId,
  serverId,
  createdAt: isoTime(createdAt),
})
