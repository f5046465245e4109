/** Ends all of the player's sessions, this one too. */
import { createRoute } from '@hono/zod-openapi'
import { playerOnly } from '@coinop/shared/access'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { endAllSessions } from '../own-sessions.ts'
import { problems } from '../problems.ts'
import { sendEvents } from '../sweep.ts'

export const sessionsLogoutEverywhere = defineRoute({
  access: playerOnly,
  idempotency: 'none',
  route: createRoute({
    operationId: 'sessions.logout-everywhere',
    method: 'post',
    path: '/v1/logout/everywhere',
    summary: 'Log yourself out on every device',
    description:
      'Refresh tokens are dead at once, access tokens within 60 seconds, and at once where money moves.',
    responses: { 204: { description: 'No session is left' }, ...problems() },
  }),
  handler: async (c) => {
    const { projectId, actorId: userId } = c.get('caller')
    const db = drizzle(c.env.AUTH_DB)
    await db.batch(endAllSessions(db, { projectId, userId, reason: 'logout_everywhere' }))
    c.executionCtx.waitUntil(sendEvents(c.env))
    return c.body(null, 204)
  },
})
