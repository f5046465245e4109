/** A standing as it changes: as a WebSocket, as server-sent events, or as one message for whoever asks now and then. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { defineRoute } from '../env.ts'
import { eventStream, subscribed } from '../live-stream.ts'
import { callerWithTicket } from '../live-tickets.ts'
import { boardParams, UserId } from '../model.ts'
import { problems } from '../problems.ts'
import { SeasonId } from '../score-model.ts'
import { boardObject } from '../seasons.ts'
import { SeasonQuery, standingsOf } from '../standings.ts'

const position = z
  .string()
  .max(64)
  .regex(/^sea_\w{26}\.\d{1,15}$/, 'Expected the id of the season, a point, and a sequence.')
const example = 'sea_01k9x6c3v5t8r2m4n7p0q1s2w3.41'

const LiveQuery = SeasonQuery.extend({
  after: position.optional().openapi({
    description: 'Where to go on: `seasonId`, a point and `sequence` of the last message',
    example,
  }),
  ticket: z.string().max(256).optional().openapi({ description: 'Instead of a credential' }),
})
const LiveHeaders = z.object({
  'last-event-id': position.optional().openapi({ description: 'The same as `after`', example }),
})

const LiveMessage = z
  .strictObject({
    type: z.enum(['snapshot', 'changes']).openapi({
      description: 'A snapshot, of the best 1,000, replaces what you have; changes are applied',
    }),
    seasonId: SeasonId,
    sequence: z.int().min(0).openapi({ description: 'Of the change that this standing is after' }),
    total: z.int().min(0).openapi({ description: 'Players in the standing' }),
    closed: z.boolean().openapi({ description: 'The season is over: the last message' }),
    entries: z.array(
      z.strictObject({
        userId: UserId,
        keys: z.array(z.number()).openapi({ description: 'The score first' }),
        tie: z.int().openapi({ description: 'Among equal keys the lower one is ahead' }),
      }),
    ),
    removed: z.array(UserId).openapi({ description: 'Are in the standing no more' }),
  })
  .openapi('LiveMessage')

export const leaderboardsLive = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'leaderboards.live',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/live',
    summary: 'Follow a standing',
    description:
      'With `Upgrade: websocket` a WebSocket, with `Accept: text/event-stream` server-sent events, otherwise one message.',
    request: { params: boardParams, query: LiveQuery, headers: LiveHeaders },
    responses: {
      101: { description: 'A WebSocket; each message is a LiveMessage' },
      200: {
        description: 'What a feed would say first, or the feed as events',
        content: {
          'application/json': { schema: LiveMessage },
          'text/event-stream': { schema: z.string() },
        },
      },
      ...problems('leaderboard_not_found', 'season_not_found', 'season_evicted'),
    },
  }),
  handler: async (c) => {
    const { leaderboardId } = c.req.valid('param')
    const { season: asked, ticket, after: given } = c.req.valid('query')
    const caller = callerWithTicket(c.env, c.get('caller'), { ticket, board: leaderboardId })
    const { season } = await standingsOf(c.env, caller, { leaderboardId, season: asked })
    const [of, sequence] = (c.req.valid('header')['last-event-id'] ?? given ?? '').split('.')
    const after = of === season.id ? Number(sequence) : undefined
    const wanted = { seasonId: season.id, endsAt: season.endsAt }
    // Also while nothing is stored: whoever waits for the first score listens to where it will be.
    const object = boardObject(c.env, season)
    if (c.req.header('upgrade')?.toLowerCase() === 'websocket') {
      return subscribed(object, { season: wanted, after })
    }
    const streams = c.req.header('accept')?.includes('text/event-stream')
    if (streams && c.req.raw.method === 'GET') {
      return eventStream(object, { season: wanted, after })
    }
    return c.json(await object.liveMessage(wanted, after), 200)
  },
})
