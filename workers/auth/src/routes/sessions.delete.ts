/** Ends one of the player's sessions, for example that of a lost phone. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOnly } from '@coinop/shared/access'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { SessionId } from '../model.ts'
import { endOwnSession } from '../own-sessions.ts'
import { problem, problems } from '../problems.ts'
import { sendEvents } from '../sweep.ts'

export const sessionsDelete = defineRoute({
  access: playerOnly,
  idempotency: 'none',
  route: createRoute({
    operationId: 'sessions.delete',
    method: 'delete',
    path: '/v1/sessions/{sessionId}',
    summary: 'End one of your sessions',
    description: 'A second time changes nothing.',
    request: { params: z.object({ sessionId: SessionId }) },
    responses: { 204: { description: 'The session is over' }, ...problems('not_found') },
  }),
  handler: async (c) => {
    const { sessionId } = c.req.valid('param')
    const known = await endOwnSession(drizzle(c.env.AUTH_DB), c.get('caller'), sessionId)
    if (!known) throw problem('not_found')
    c.executionCtx.waitUntil(sendEvents(c.env))
    return c.body(null, 204)
  },
})
