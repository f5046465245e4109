/** Deletes a leaderboard with all its seasons. Whoever asks says its slug once more, so that a mistyped id deletes nothing. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { invalidField } from '@coinop/shared/problem'
import { forget } from '../board-cache.ts'
import { deleteBoard, ownBoard } from '../boards.ts'
import { changeOnce } from '../definition-changes.ts'
import { defineRoute } from '../env.ts'
import { boardParams, Slug } from '../model.ts'
import { problems } from '../problems.ts'

export const leaderboardsDelete = defineRoute({
  access: secretKey('leaderboards:write'),
  route: createRoute({
    operationId: 'leaderboards.delete',
    method: 'delete',
    path: '/v1/leaderboards/{leaderboardId}',
    summary: 'Delete a leaderboard',
    description:
      'Rewards of seasons that have ended are paid all the same; the season that is open ends without.',
    request: {
      params: boardParams,
      query: z.strictObject({
        confirm: Slug.openapi({ description: 'The slug of the leaderboard' }),
      }),
    },
    responses: {
      204: { description: 'The leaderboard is deleted' },
      ...problems('leaderboard_not_found', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { leaderboardId } = c.req.valid('param')
    const { confirm } = c.req.valid('query')
    const { projectId } = c.get('caller')
    await changeOnce<null>(c, [leaderboardId, confirm], async (db, recordOf) => {
      const board = await ownBoard(db, projectId, leaderboardId)
      if (board.slug !== confirm) {
        throw invalidField('/query/confirm', 'This is not the slug of the leaderboard.')
      }
      await deleteBoard(db, board, await recordOf(null, board.id))
      forget(board)
      return null
    })
    return c.body(null, 204)
  },
})
