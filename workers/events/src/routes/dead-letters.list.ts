/** Lists events that the log refused, newest first: each one is a bug to look at. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { isoTime } from '@coinop/shared/clock'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { and, desc, eq, lt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { DeadLetter } from '../model.ts'
import { problems } from '../problems.ts'
import { deadLetters } from '../schema.ts'

export const deadLettersList = defineRoute({
  access: secretKey('events:read'),
  route: createRoute({
    operationId: 'dead-letters.list',
    method: 'get',
    path: '/v1/events/dead-letters',
    summary: 'List events that the log refused',
    request: { query: PageQuery },
    responses: { 200: json(pageOf(DeadLetter), 'Dead letters, newest first'), ...problems() },
  }),
  handler: async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const { projectId } = c.get('caller')
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'dead-letters' }
    const before = readCursor(scope, cursor)
    const rows = await drizzle(c.env.EVENTS_DB)
      .select()
      .from(deadLetters)
      .where(
        and(
          eq(deadLetters.projectId, projectId),
          before === undefined ? undefined : lt(deadLetters.id, Number(before)),
        ),
      )
      .orderBy(desc(deadLetters.id))
      .limit(limit + 1)
    const toItem = ({
      id,
      eventId,
      type,
      reason,
      at,
    }: (typeof rows)[number]): z.infer<typeof DeadLetter> => ({
      id,
      eventId,
      type,
      reason,
      at: isoTime(at),
    })
    return c.json(
      toPage(rows, limit, toItem, (last) => writeCursor(scope, last.id)),
      200,
    )
  },
})
