/** How a season stood at the end of a day, the best first. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { isoTime } from '@coinop/shared/clock'
import { PageQuery, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { problem, problems } from '../problems.ts'
import { SeasonId } from '../score-model.ts'
import { Day, SnapshotLine, snapshotParams, toSnapshotLine } from '../snapshot-model.ts'
import { findSnapshot } from '../snapshots.ts'
import { SeasonQuery, standingsOf } from '../standings.ts'

const SnapshotPage = z
  .strictObject({
    seasonId: SeasonId,
    day: Day,
    takenAt: z.iso.datetime(),
    total: z.int().min(0).openapi({ description: 'Players in the standing' }),
    data: z.array(SnapshotLine),
    nextCursor: z.string().nullable(),
  })
  .openapi('LeaderboardSnapshotPage')

export const snapshotsGet = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'snapshots.get',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/snapshots/{day}',
    summary: 'Read a daily snapshot',
    request: { params: snapshotParams, query: PageQuery.extend(SeasonQuery.shape) },
    responses: {
      200: json(SnapshotPage, 'Entries, the best first; up to 1,000 are kept'),
      ...problems(
        'leaderboard_not_found',
        'season_not_found',
        'season_evicted',
        'snapshot_not_found',
      ),
    },
  }),
  handler: async (c) => {
    const { leaderboardId, day } = c.req.valid('param')
    const { limit, cursor, season: asked } = c.req.valid('query')
    const { board, season } = await standingsOf(c.env, c.get('caller'), {
      leaderboardId,
      season: asked,
    })
    const found = await findSnapshot(drizzle(c.env.LEADERBOARDS_DB), season.id, day)
    if (!found) throw problem('snapshot_not_found')
    // Of this very snapshot: one that is taken again on its day has other entries.
    const filter = [season.id, day, found.takenAt]
    const scope = { secret: c.env.CURSOR_SECRET, projectId: '', list: 'snapshot', filter }
    const from = Number(readCursor(scope, cursor) ?? 0)
    const rows = found.entries.slice(from, from + limit + 1)
    const page = toPage(
      rows,
      limit,
      (entry) => toSnapshotLine(board, entry),
      () => writeCursor(scope, from + limit),
    )
    const { total, takenAt } = found
    return c.json({ seasonId: season.id, day, takenAt: isoTime(takenAt), total, ...page }, 200)
  },
})
