/** Links who came back from Discord to the member who went there. */
import { createRoute } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { isUniqueViolation } from '@coinop/shared/d1'
import { json } from '@coinop/shared/route'
import { membersClient } from '../discord-clients.ts'
import { completeFlow, memberLinkPlace } from '../discord-flows.ts'
import { defineRoute } from '../env.ts'
import { MemberIdentity, PresentedFlow } from '../flow-model.ts'
import { asOwner, linkDiscord } from '../member-identities.ts'
import { problem, problems } from '../problems.ts'
import { sendEvents } from '../sweep.ts'
import { changeOnce } from '../tenant-changes.ts'

export const memberIdentitiesLinkDiscord = defineRoute({
  access: tenantMember('tenant:read'),
  route: createRoute({
    operationId: 'member-identities.link-discord',
    method: 'post',
    path: '/v1/members/me/identities/discord',
    summary: 'Link Discord to yourself, a member',
    description:
      'In the session that began it. Linking what is linked to you already changes nothing.',
    request: { body: json(PresentedFlow) },
    responses: {
      200: json(MemberIdentity, 'The identity'),
      ...problems(
        'not_found',
        'invalid_discord_flow',
        'discord_refused',
        'discord_not_configured',
        'discord_client_refused',
        'discord_unavailable',
        'too_many_attempts',
        'identity_taken',
        'limit_reached',
        'idempotency_conflict',
      ),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const input = c.req.valid('json')
    const place = memberLinkPlace(asOwner(caller))
    // Asked once, however often the tenant's other changes make this one be decided anew.
    let found: ReturnType<typeof completeFlow> | undefined
    try {
      const answer = await changeOnce<MemberIdentity>(c, input, async (db) => {
        const client = membersClient(c.env)
        found ??= completeFlow(c, place, input, () => client)
        const { discordId } = await found
        const linked = await linkDiscord(db, caller, discordId)
        return { ...linked, subject: caller.actorId }
      })
      c.executionCtx.waitUntil(sendEvents(c.env))
      return c.json(answer, 200)
    } catch (error) {
      throw isUniqueViolation(error, 'member_identities') ? problem('identity_taken') : error
    }
  },
})
