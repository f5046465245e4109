/** Connects a Discord application to a project: from then on its signed interactions are of this project. */
import { createRoute, z } from '@hono/zod-openapi'
import { enforcePlanLimit } from '@coinop/billing/plan-limits'
import { tenantMember } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { json } from '@coinop/shared/route'
import { eq } from 'drizzle-orm'
import { botTokenSeal } from '../discord.ts'
import { clientSecretSeal } from '../discord-clients.ts'
import { defineRoute } from '../env.ts'
import { problem, problems } from '../problems.ts'
import { applicationsOf, projectOf } from '../projects.ts'
import { discordApplications } from '../schema.ts'
import { changeOnce, tenantOf } from '../tenant-changes.ts'
import {
  DiscordApplication,
  NewDiscordApplication,
  ProjectId,
  toDiscordApplication,
} from '../tenant-model.ts'

export const discordApplicationsCreate = defineRoute({
  access: tenantMember('projects:write'),
  route: createRoute({
    operationId: 'discord-applications.create',
    method: 'post',
    path: '/v1/projects/{projectId}/discord-applications',
    summary: 'Connect a Discord application',
    request: { params: z.object({ projectId: ProjectId }), body: json(NewDiscordApplication) },
    responses: {
      201: json(DiscordApplication, 'The application'),
      ...problems('not_found', 'application_taken', 'plan_limit', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { projectId } = c.req.valid('param')
    const input = c.req.valid('json')
    const { applicationId, publicKey, botToken, clientSecret } = input
    const tenantId = tenantOf(c.get('caller'))
    const sealedBotToken =
      botToken === undefined ? null : await botTokenSeal(c.env, applicationId).seal(botToken)
    const sealedClientSecret =
      clientSecret === undefined
        ? null
        : await clientSecretSeal(c.env, applicationId).seal(clientSecret)
    const sealed = { sealedBotToken, sealedClientSecret }
    const answer = await changeOnce<DiscordApplication>(c, { projectId, input }, async (db) => {
      const project = await projectOf(db, tenantId, projectId)
      const known = await applicationsOf(db, projectId)
      enforcePlanLimit(project, 'discordApplications', known.length)
      const row = { applicationId, projectId, publicKey, ...sealed, createdAt: now() }
      const isTaken = eq(discordApplications.applicationId, applicationId)
      if ((await db.$count(discordApplications, isTaken)) > 0) throw problem('application_taken')
      return {
        answer: toDiscordApplication(row),
        statements: [db.insert(discordApplications).values(row)],
        subject: applicationId,
        projectId,
      }
    })
    return c.json(answer, 201)
  },
})
