/** Sends a player to Discord, to link who they are there. */
import { createRoute } from '@hono/zod-openapi'
import { playerOnly } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { playersClient, refuseUnlistedForPlayers } from '../discord-clients.ts'
import { linkPlace, startFlow } from '../discord-flows.ts'
import { defineRoute } from '../env.ts'
import { NewFlow, StartedFlow } from '../flow-model.ts'
import { refuseStaleSession } from '../own-sessions.ts'
import { problems } from '../problems.ts'

export const identitiesStartDiscord = defineRoute({
  access: playerOnly,
  idempotency: 'none',
  route: createRoute({
    operationId: 'identities.start-discord',
    method: 'post',
    path: '/v1/me/identities/discord/start',
    summary: 'Begin to link Discord',
    description:
      'Takes a session that is at most five minutes old; the flow is completed in the same session within ten. Writes nothing, so it may be repeated.',
    request: { body: json(NewFlow) },
    responses: {
      200: json(StartedFlow, 'Where the browser goes, and what completes the flow'),
      ...problems('redirect_uri_not_listed', 'session_not_fresh', 'discord_not_configured'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { redirectUri, applicationId } = c.req.valid('json')
    await refuseStaleSession(drizzle(c.env.AUTH_DB), caller)
    await refuseUnlistedForPlayers(c.env, caller.projectId, redirectUri)
    const { clientId } = await playersClient(c.env, caller.projectId, applicationId)
    return c.json(await startFlow(c.env, linkPlace(caller), { clientId, redirectUri }), 200)
  },
})
