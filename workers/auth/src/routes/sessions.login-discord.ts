/** Logs in who came back from Discord; the first time it makes a user. */
import { createRoute } from '@hono/zod-openapi'
import { anyKey } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { isConditionBroken, whileLinked } from '../accounts.ts'
import { findOrCreatePlayer } from '../discord.ts'
import { playersClient } from '../discord-clients.ts'
import { completeFlow, loginPlace } from '../discord-flows.ts'
import { defineRoute } from '../env.ts'
import { PresentedFlow } from '../flow-model.ts'
import { SignedIn, toUser } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { sealedRequest } from '../sealed-answers.ts'
import { openSession } from '../sessions.ts'
import { sendEvents } from '../sweep.ts'
import { findUser } from '../users.ts'

export const sessionsLoginDiscord = defineRoute({
  access: anyKey,
  route: createRoute({
    operationId: 'sessions.login-discord',
    method: 'post',
    path: '/v1/login/discord',
    summary: 'Log in with Discord',
    description:
      'The user is found by the Discord id and never by an e-mail address: the same one that uses the bot.',
    request: { body: json(PresentedFlow) },
    responses: {
      200: json(SignedIn, 'The user and a new pair of tokens'),
      ...problems(
        'invalid_credentials',
        'invalid_discord_flow',
        'discord_refused',
        'discord_not_configured',
        'discord_client_refused',
        'discord_unavailable',
        'too_many_attempts',
        'idempotency_conflict',
      ),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId } = caller
    const input = c.req.valid('json')
    const db = drizzle(c.env.AUTH_DB)
    const asked = {
      caller,
      key: c.get('idempotencyKey'),
      operation: 'sessions.login-discord',
      input,
    }
    const { answer, replayed } = await once<SignedIn>(
      sealedRequest(c.env, asked),
      async (recordOf) => {
        const place = loginPlace(projectId)
        const discordUser = await completeFlow(c, place, input, (clientId) =>
          playersClient(c.env, projectId, clientId),
        )
        const { userId } = await findOrCreatePlayer(c.env.AUTH_DB, caller, discordUser)
        const user = await findUser(db, projectId, userId)
        if (!user?.isActive) throw problem('invalid_credentials')
        const device = c.req.header('user-agent')
        const session = await openSession(c.env, { projectId, userId, device }, now())
        const signedIn = { user: toUser(user), ...session.pair }
        const record = await recordOf(signedIn)
        const external = { provider: 'discord' as const, providerUserId: discordUser.discordId }
        const still = whileLinked(db, { projectId, userId }, external)
        try {
          await db.batch([still, ...session.statements, ...record])
        } catch (error) {
          throw isConditionBroken(error) ? problem('invalid_credentials') : error
        }
        return signedIn
      },
    )
    if (replayed) c.header('idempotency-replayed', 'true')
    c.executionCtx.waitUntil(sendEvents(c.env))
    return c.json(answer, 200)
  },
})
