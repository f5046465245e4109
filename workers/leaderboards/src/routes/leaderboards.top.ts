/** The standing from the top, page by page; a cursor stays in its season, and where it is while scores move. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { PageQuery } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { boardParams, UserId } from '../model.ts'
import { problems } from '../problems.ts'
import { Entry, SeasonId, toEntry } from '../score-model.ts'
import {
  cursorScope,
  type Place,
  readPlace,
  SeasonQuery,
  standingsOf,
  viewOf,
  writePlace,
} from '../standings.ts'

const TopQuery = PageQuery.extend({
  ...SeasonQuery.shape,
  me: UserId.optional().openapi({
    description: 'Whose entry is answered as `me`; a player’s own without it',
  }),
})

const Top = z
  .strictObject({
    seasonId: SeasonId,
    total: z.int().min(0).openapi({ description: 'Players in the standing' }),
    data: z.array(Entry),
    nextCursor: z.string().nullable().openapi({ description: 'To lower ranks' }),
    previousCursor: z.string().nullable().openapi({ description: 'To higher ranks' }),
    me: Entry.nullable(),
  })
  .openapi('LeaderboardTop')

const empty = { standings: [], next: null, previous: null, total: 0 }

export const leaderboardsTop = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'leaderboards.top',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/top',
    summary: 'Read a standing from the top',
    request: { params: boardParams, query: TopQuery },
    responses: {
      200: json(Top, 'Entries, the best first'),
      ...problems('leaderboard_not_found', 'season_not_found', 'season_evicted'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { leaderboardId } = c.req.valid('param')
    const { limit, cursor, season: asked, me: whose } = c.req.valid('query')
    const scope = cursorScope(c.env, leaderboardId)
    const place = readPlace(scope, cursor, asked)
    const season = place?.seasonId ?? asked
    const {
      board,
      season: found,
      object,
    } = await standingsOf(c.env, caller, {
      leaderboardId,
      season,
    })
    const me = whose ?? (caller.kind === 'player' ? caller.actorId : undefined)
    const [page, own] = await Promise.all([
      object ? pageAt(object, place, limit) : empty,
      me === undefined ? undefined : object?.rank(me, viewOf(caller, board, me)),
    ])
    const at = (direction: Place['direction'], position: Place['position'] | null) =>
      position && writePlace(scope, { seasonId: found.id, direction, position })
    return c.json(
      {
        seasonId: found.id,
        total: page.total,
        data: page.standings.map((standing) => toEntry(board, standing)),
        nextCursor: at('after', page.next),
        previousCursor: at('before', page.previous),
        me: own ? toEntry(board, own) : null,
      },
      200,
    )
  },
})

type Standing = NonNullable<Awaited<ReturnType<typeof standingsOf>>['object']>

function pageAt(object: Standing, place: Place | undefined, limit: number) {
  if (!place) return object.top({ limit })
  const { direction, position } = place
  return direction === 'before'
    ? object.before({ before: position, limit })
    : object.top({ after: position, limit })
}
