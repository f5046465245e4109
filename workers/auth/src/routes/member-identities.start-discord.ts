/** Sends a member to Discord, to link who they are there. */
import { createRoute } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { membersClient, refuseUnlistedForMembers } from '../discord-clients.ts'
import { memberLinkPlace, startFlow } from '../discord-flows.ts'
import { defineRoute } from '../env.ts'
import { NewMemberFlow, StartedFlow } from '../flow-model.ts'
import { asOwner } from '../member-identities.ts'
import { refuseStaleSession } from '../own-sessions.ts'
import { problems } from '../problems.ts'

export const memberIdentitiesStartDiscord = defineRoute({
  access: tenantMember('tenant:read'),
  idempotency: 'none',
  route: createRoute({
    operationId: 'member-identities.start-discord',
    method: 'post',
    path: '/v1/members/me/identities/discord/start',
    summary: 'Begin to link Discord to yourself, a member',
    description:
      'Takes a session that is at most five minutes old; the flow is completed in the same session within ten. Writes nothing, so it may be repeated.',
    request: { body: json(NewMemberFlow) },
    responses: {
      200: json(StartedFlow, 'Where the browser goes, and what completes the flow'),
      ...problems('redirect_uri_not_listed', 'session_not_fresh', 'discord_not_configured'),
    },
  }),
  handler: async (c) => {
    const owner = asOwner(c.get('caller'))
    const { redirectUri } = c.req.valid('json')
    await refuseStaleSession(drizzle(c.env.AUTH_DB), owner)
    const { clientId } = membersClient(c.env)
    refuseUnlistedForMembers(c.env, redirectUri)
    return c.json(await startFlow(c.env, memberLinkPlace(owner), { clientId, redirectUri }), 200)
  },
})
