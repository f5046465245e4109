/** The daily snapshots of a season, newest first. */
import { createRoute } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { boardParams } from '../model.ts'
import { problems } from '../problems.ts'
import { Snapshot, toSnapshot } from '../snapshot-model.ts'
import { listSnapshots, snapshotsKeptDays } from '../snapshots.ts'
import { SeasonQuery, standingsOf } from '../standings.ts'

export const snapshotsList = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'snapshots.list',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/snapshots',
    summary: 'List daily snapshots',
    description: `One for each day that has ended, in UTC; kept for ${snapshotsKeptDays} days.`,
    request: { params: boardParams, query: PageQuery.extend(SeasonQuery.shape) },
    responses: {
      200: json(pageOf(Snapshot), 'Snapshots of the season, newest first'),
      ...problems('leaderboard_not_found', 'season_not_found', 'season_evicted'),
    },
  }),
  handler: async (c) => {
    const { leaderboardId } = c.req.valid('param')
    const { limit, cursor, season: asked } = c.req.valid('query')
    const { season } = await standingsOf(c.env, c.get('caller'), { leaderboardId, season: asked })
    const scope = {
      secret: c.env.CURSOR_SECRET,
      projectId: '',
      list: 'snapshots',
      filter: season.id,
    }
    const before = readCursor(scope, cursor)
    const rows = await listSnapshots(drizzle(c.env.LEADERBOARDS_DB), season.id, {
      before,
      limit: limit + 1,
    })
    return c.json(
      toPage(rows, limit, toSnapshot, ({ day }) => writeCursor(scope, day)),
      200,
    )
  },
})
