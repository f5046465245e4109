/** Takes the snapshot of a season now, as that of today; the one of the end of the day takes its place. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { archiveOf } from '../archives.ts'
import { ownBoard } from '../boards.ts'
import { changeOnce } from '../definition-changes.ts'
import { defineRoute } from '../env.ts'
import { boardParams } from '../model.ts'
import { problems } from '../problems.ts'
import { Snapshot, toSnapshot } from '../snapshot-model.ts'
import { dayOf, readStanding, storeSnapshot } from '../snapshots.ts'
import { openSeason } from '../seasons.ts'
import { now } from '@coinop/shared/clock'
import type { z } from '@hono/zod-openapi'

export const snapshotsCreate = defineRoute({
  access: secretKey('leaderboards:write'),
  route: createRoute({
    operationId: 'snapshots.create',
    method: 'post',
    path: '/v1/leaderboards/{leaderboardId}/snapshots',
    summary: 'Take a snapshot now',
    description:
      'Of the season of now, as that of today: that of the end of the day takes its place, as another one by hand does.',
    request: { params: boardParams },
    responses: {
      201: json(Snapshot, 'The snapshot'),
      ...problems('leaderboard_not_found', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { projectId } = c.get('caller')
    const { leaderboardId } = c.req.valid('param')
    const answer = await changeOnce<z.infer<typeof Snapshot>>(
      c,
      leaderboardId,
      async (db, recordOf) => {
        const board = await ownBoard(db, projectId, leaderboardId)
        const { season } = await openSeason(db, board, now())
        const standing = await readStanding(c.env, season)
        const own = { seasonId: season.id, boardId: board.id, projectId }
        const row = { ...own, day: dayOf(standing.takenAt), ...standing }
        const kept = standing.entries.length
        const made = toSnapshot({ ...row, kept, archive: archiveOf(c.env) ? 'pending' : null })
        await storeSnapshot(c.env, row, await recordOf(made, season.id))
        return made
      },
    )
    return c.json(answer, 201)
  },
})
