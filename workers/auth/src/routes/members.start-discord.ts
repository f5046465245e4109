/** Sends a member to Discord, to be logged in. */
import { createRoute } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { membersClient, refuseUnlistedForMembers } from '../discord-clients.ts'
import { memberLoginPlace, startFlow } from '../discord-flows.ts'
import { defineRoute } from '../env.ts'
import { NewMemberFlow, StartedFlow } from '../flow-model.ts'
import { problems } from '../problems.ts'

export const membersStartDiscord = defineRoute({
  access: anyone,
  idempotency: 'none',
  route: createRoute({
    operationId: 'members.start-discord',
    method: 'post',
    path: '/v1/members/login/discord/start',
    summary: 'Begin to log a member in with Discord',
    description:
      'Keep `flowToken` in the client that asked; it is needed to complete, within ten minutes. Writes nothing, so it may be repeated.',
    request: { body: json(NewMemberFlow) },
    responses: {
      200: json(StartedFlow, 'Where the browser goes, and what completes the flow'),
      ...problems('redirect_uri_not_listed', 'discord_not_configured'),
    },
  }),
  handler: async (c) => {
    const { redirectUri } = c.req.valid('json')
    const { clientId } = membersClient(c.env)
    refuseUnlistedForMembers(c.env, redirectUri)
    return c.json(await startFlow(c.env, memberLoginPlace, { clientId, redirectUri }), 200)
  },
})
