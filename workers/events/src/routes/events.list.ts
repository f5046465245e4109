/** Reads a project's event log from a sequence on: poll it, or catch up after being away. */
import { createRoute, z } from '@hono/zod-openapi'
import { retainedSince } from '@coinop/billing/plan-limits'
import { secretKey } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { EventPage } from '../model.ts'
import { problems } from '../problems.ts'

export const eventsList = defineRoute({
  access: secretKey('events:read'),
  route: createRoute({
    operationId: 'events.list',
    method: 'get',
    path: '/v1/events',
    summary: 'Read the event log from a sequence on',
    description:
      'It begins as many days back as the plan retains; who finds a gap after the last sequence that they saw came too late.',
    request: {
      query: z.strictObject({
        after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
        limit: z.coerce.number().int().min(1).max(100).default(20),
        type: z.string().max(64).optional().openapi({ example: 'wallet.entry.posted' }),
      }),
    },
    responses: { 200: json(EventPage, 'Events, oldest first'), ...problems() },
  }),
  handler: async (c) => {
    const { after: asked, limit, type } = c.req.valid('query')
    const caller = c.get('caller')
    const since = retainedSince(caller, now())
    const log = c.env.EVENT_LOGS.getByName(caller.projectId)
    const filter = { after: asked, limit, since, ...(type !== undefined && { type }) }
    const { events, head, after } = await log.readSince(filter)
    // A short page has seen everything up to the head, whatever its filter left out.
    const nextAfter =
      events.length === limit ? (events.at(-1)?.sequence ?? after) : Math.max(head, after)
    return c.json({ data: events, nextAfter, head }, 200)
  },
})
