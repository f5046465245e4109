/** Everything that this Worker keeps of a player, for the player. */
import { createRoute } from '@hono/zod-openapi'
import { playerOnly } from '@coinop/shared/access'
import { isoTime, now } from '@coinop/shared/clock'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { toSession, toUser, UserExport } from '../model.ts'
import { allSessions } from '../own-sessions.ts'
import { problem, problems } from '../problems.ts'
import { findUser, identitiesOf } from '../users.ts'

const sessionsMax = 1_000

export const usersExport = defineRoute({
  access: playerOnly,
  route: createRoute({
    operationId: 'users.export',
    method: 'get',
    path: '/v1/me/export',
    summary: 'Export what is known of you',
    description:
      'Wallet entries, orders and rounds carry no personal data, only the id; they have lists of their own.',
    responses: { 200: json(UserExport, 'All of it'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const db = drizzle(c.env.AUTH_DB)
    const user = await findUser(db, caller.projectId, caller.actorId)
    if (!user) throw problem('not_found')
    const identities = await identitiesOf(db, caller.projectId, caller.actorId)
    const rows = await allSessions(db, caller, sessionsMax)
    const sessions = rows.map((row) => ({
      ...toSession(row, caller.sessionId),
      revokedAt: row.revokedAt === null ? null : isoTime(row.revokedAt),
    }))
    return c.json({ exportedAt: isoTime(now()), user: toUser(user), identities, sessions }, 200)
  },
})
