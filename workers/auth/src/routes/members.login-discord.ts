/** Opens a session for the member who has linked the Discord account that came back. */
import { createRoute } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { membersClient } from '../discord-clients.ts'
import { completeFlow, memberLoginPlace } from '../discord-flows.ts'
import { defineRoute } from '../env.ts'
import { PresentedFlow } from '../flow-model.ts'
import { findByDiscord } from '../member-identities.ts'
import { openMemberSession } from '../member-login.ts'
import { findTenant } from '../members.ts'
import { problem, problems } from '../problems.ts'
import { sealedRequest } from '../sealed-answers.ts'
import { keyedHash } from '../secrets.ts'
import { sendEvents } from '../sweep.ts'
import { MemberSignedIn } from '../tenant-model.ts'

export const membersLoginDiscord = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'members.login-discord',
    method: 'post',
    path: '/v1/members/login/discord',
    summary: 'Log a member in with Discord',
    request: { body: json(PresentedFlow) },
    responses: {
      200: json(MemberSignedIn, 'The member and a new pair of tokens'),
      ...problems(
        'invalid_discord_flow',
        'discord_refused',
        'discord_not_linked',
        'discord_not_configured',
        'discord_client_refused',
        'discord_unavailable',
        'too_many_attempts',
        'idempotency_conflict',
      ),
    },
  }),
  handler: async (c) => {
    const input = c.req.valid('json')
    // Nobody has shown who they are: the flow keeps the Idempotency-Keys of strangers apart.
    const actorId = keyedHash(c.env.AUTH_SECRET, 'member-login', input.flowToken)
    const caller = { ...c.get('caller'), projectId: 'tenants', actorId }
    const asked = {
      caller,
      key: c.get('idempotencyKey'),
      operation: 'members.login-discord',
      input,
    }
    const { answer, replayed } = await once<MemberSignedIn>(
      sealedRequest(c.env, asked),
      async (recordOf) => {
        const client = membersClient(c.env)
        const { discordId } = await completeFlow(c, memberLoginPlace, input, () => client)
        const db = drizzle(c.env.AUTH_DB)
        const member = await findByDiscord(db, discordId)
        const tenant = member && (await findTenant(db, member.tenantId))
        if (!member || !tenant) throw problem('discord_not_linked')
        const login = { member, tenant, caller: c.get('caller'), action: 'members.login-discord' }
        return openMemberSession(c.env, login, recordOf)
      },
    )
    if (replayed) c.header('idempotency-replayed', 'true')
    c.executionCtx.waitUntil(sendEvents(c.env))
    return c.json(answer, 200)
  },
})
