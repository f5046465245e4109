/** Sends somebody to Discord, to be logged in as a player. */
import { createRoute } from '@hono/zod-openapi'
import { anyKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { playersClient, refuseUnlistedForPlayers } from '../discord-clients.ts'
import { loginPlace, startFlow } from '../discord-flows.ts'
import { defineRoute } from '../env.ts'
import { NewFlow, StartedFlow } from '../flow-model.ts'
import { problems } from '../problems.ts'

export const sessionsStartDiscord = defineRoute({
  access: anyKey,
  idempotency: 'none',
  route: createRoute({
    operationId: 'sessions.start-discord',
    method: 'post',
    path: '/v1/login/discord/start',
    summary: 'Begin to log in with Discord',
    description:
      'Keep `flowToken` in the client that asked; it is needed to complete, within ten minutes. Writes nothing, so it may be repeated.',
    request: { body: json(NewFlow) },
    responses: {
      200: json(StartedFlow, 'Where the browser goes, and what completes the flow'),
      ...problems('redirect_uri_not_listed', 'discord_not_configured'),
    },
  }),
  handler: async (c) => {
    const { projectId } = c.get('caller')
    const { redirectUri, applicationId } = c.req.valid('json')
    await refuseUnlistedForPlayers(c.env, projectId, redirectUri)
    const { clientId } = await playersClient(c.env, projectId, applicationId)
    return c.json(await startFlow(c.env, loginPlace(projectId), { clientId, redirectUri }), 200)
  },
})
