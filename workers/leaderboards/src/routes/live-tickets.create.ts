/** A ticket for a live feed, for clients that can send no header with it, such as a browser's WebSocket. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyoneInProject } from '@coinop/shared/access'
import { isoTime } from '@coinop/shared/clock'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { ticketSeconds, writeTicket } from '../live-tickets.ts'
import { boardParams } from '../model.ts'
import { problems } from '../problems.ts'
import { standingsOf } from '../standings.ts'

const LiveTicket = z
  .strictObject({
    ticket: z.string().openapi({ description: `Opens the feed for ${ticketSeconds} seconds` }),
    expiresAt: z.iso.datetime(),
  })
  .openapi('LiveTicket')

export const liveTicketsCreate = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'live-tickets.create',
    method: 'post',
    path: '/v1/leaderboards/{leaderboardId}/live-tickets',
    summary: 'Get a ticket for a live feed',
    request: { params: boardParams },
    responses: {
      201: json(LiveTicket, 'For `?ticket=` of the feed under the same id or slug'),
      ...problems('leaderboard_not_found'),
    },
  }),
  handler: async (c) => {
    const { leaderboardId } = c.req.valid('param')
    const caller = c.get('caller')
    await standingsOf(c.env, caller, { leaderboardId, season: undefined })
    const { ticket, expiresAt } = writeTicket(c.env, caller.projectId, leaderboardId)
    return c.json({ ticket, expiresAt: isoTime(expiresAt) }, 201)
  },
})
