/** Trades a refresh token for the next pair. Needs no key: whoever holds the token is the player. */
import { createRoute } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { PresentedToken, TokenPair } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { refreshSession } from '../sessions.ts'
import { sendEvents } from '../sweep.ts'

export const sessionsRefresh = defineRoute({
  access: anyone,
  idempotency: 'none',
  route: createRoute({
    operationId: 'sessions.refresh',
    method: 'post',
    path: '/v1/refresh',
    summary: 'Get the next pair of tokens',
    description:
      'The token itself is the idempotency key: within 10 seconds the same one gives the same successor; later it ends the session.',
    request: { body: json(PresentedToken) },
    responses: {
      200: json(TokenPair, 'The next pair'),
      ...problems('invalid_refresh_token'),
    },
  }),
  handler: async (c) => {
    const refreshed = await refreshSession(c.env, c.req.valid('json').refreshToken)
    if (refreshed.ok) return c.json(refreshed.value, 200)
    if (refreshed.code === 'refresh_token_reused') c.executionCtx.waitUntil(sendEvents(c.env))
    // Whoever presents an old token is not told whether it ever was one.
    throw problem('invalid_refresh_token')
  },
})
