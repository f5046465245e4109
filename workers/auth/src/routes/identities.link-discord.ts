/** Links who came back from Discord to the player who went there. */
import { createRoute } from '@hono/zod-openapi'
import { playerOnly } from '@coinop/shared/access'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { playersClient } from '../discord-clients.ts'
import { completeFlow, linkPlace } from '../discord-flows.ts'
import { defineRoute } from '../env.ts'
import { PresentedFlow } from '../flow-model.ts'
import { linkIdentity } from '../identities.ts'
import { Identity } from '../model.ts'
import { problems } from '../problems.ts'
import { sealedRequest } from '../sealed-answers.ts'
import { sendEvents } from '../sweep.ts'

export const identitiesLinkDiscord = defineRoute({
  access: playerOnly,
  route: createRoute({
    operationId: 'identities.link-discord',
    method: 'post',
    path: '/v1/me/identities/discord',
    summary: 'Link Discord',
    description:
      'In the session that began it. Linking what is linked to you already changes nothing.',
    request: { body: json(PresentedFlow) },
    responses: {
      200: json(Identity, 'The identity'),
      ...problems(
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
    const { projectId, actorId: userId } = caller
    const input = c.req.valid('json')
    const db = drizzle(c.env.AUTH_DB)
    const asked = {
      caller,
      key: c.get('idempotencyKey'),
      operation: 'identities.link-discord',
      input,
    }
    const { answer, replayed } = await once<Identity>(
      sealedRequest(c.env, asked),
      async (recordOf) => {
        const { discordId } = await completeFlow(c, linkPlace(caller), input, (clientId) =>
          playersClient(c.env, projectId, clientId),
        )
        const external = { provider: 'discord' as const, providerUserId: discordId }
        return linkIdentity(db, { projectId, userId }, external, recordOf)
      },
    )
    if (replayed) c.header('idempotency-replayed', 'true')
    c.executionCtx.waitUntil(sendEvents(c.env))
    return c.json(answer, 200)
  },
})
