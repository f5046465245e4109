/** Where the player is logged in. */
import { createRoute } from '@hono/zod-openapi'
import { playerOnly } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { Session, toSession } from '../model.ts'
import { openSessionsBefore } from '../own-sessions.ts'
import { problems } from '../problems.ts'
import { textKeyFor } from '../secrets.ts'

export const sessionsList = defineRoute({
  access: playerOnly,
  route: createRoute({
    operationId: 'sessions.list',
    method: 'get',
    path: '/v1/sessions',
    summary: 'List your open sessions',
    request: { query: PageQuery },
    responses: { 200: json(pageOf(Session), 'Open sessions, newest first'), ...problems() },
  }),
  handler: async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const caller = c.get('caller')
    const { projectId, actorId, sessionId } = caller
    const secret = textKeyFor(c.env.AUTH_SECRET, 'cursors')
    const scope = { secret, projectId, list: 'sessions', filter: actorId }
    const before = readCursor(scope, cursor)
    const rows = await openSessionsBefore(drizzle(c.env.AUTH_DB), caller, before, limit + 1)
    const page = toPage(
      rows,
      limit,
      (row) => toSession(row, sessionId),
      ({ id }) => writeCursor(scope, id),
    )
    return c.json(page, 200)
  },
})
