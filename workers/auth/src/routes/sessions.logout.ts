/** Ends the session that a refresh token belongs to. Says nothing about tokens that it does not know. */
import { createRoute } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { PresentedToken } from '../model.ts'
import { problems } from '../problems.ts'
import { endSession } from '../sessions.ts'
import { sendEvents } from '../sweep.ts'

export const sessionsLogout = defineRoute({
  access: anyone,
  idempotency: 'none',
  route: createRoute({
    operationId: 'sessions.logout',
    method: 'post',
    path: '/v1/logout',
    summary: 'Log a player out',
    description: 'Any token of the session will do, and a second time changes nothing.',
    request: { body: json(PresentedToken) },
    responses: { 204: { description: 'The session is over' }, ...problems() },
  }),
  handler: async (c) => {
    const ended = await endSession(c.env, c.req.valid('json').refreshToken)
    if (ended) c.executionCtx.waitUntil(sendEvents(c.env))
    return c.body(null, 204)
  },
})
