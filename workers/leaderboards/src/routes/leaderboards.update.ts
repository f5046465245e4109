/** Changes a leaderboard. What would turn over the order of scores is locked from the first score on. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { forget } from '../board-cache.ts'
import { ownBoard, updateBoard } from '../boards.ts'
import { changeOnce } from '../definition-changes.ts'
import { defineRoute } from '../env.ts'
import { boardParams, Leaderboard, LeaderboardPatch } from '../model.ts'
import { problems } from '../problems.ts'

export const leaderboardsUpdate = defineRoute({
  access: secretKey('leaderboards:write'),
  route: createRoute({
    operationId: 'leaderboards.update',
    method: 'patch',
    path: '/v1/leaderboards/{leaderboardId}',
    summary: 'Change a leaderboard',
    description:
      'Scores may follow the old rules for 5 seconds. Another schedule holds from the next season on: close the current one to begin it now.',
    request: { params: boardParams, body: json(LeaderboardPatch) },
    responses: {
      200: json(Leaderboard, 'The leaderboard, with the next version'),
      ...problems('leaderboard_not_found', 'board_locked', 'slug_taken', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { leaderboardId } = c.req.valid('param')
    const patch = c.req.valid('json')
    const { projectId } = c.get('caller')
    const answer = await changeOnce<Leaderboard>(c, [leaderboardId, patch], (db, recordOf) =>
      updateBoard(
        db,
        () => ownBoard(db, projectId, leaderboardId),
        patch,
        (board) => recordOf(board, board.id),
      ),
    )
    forget({ projectId, id: answer.id })
    return c.json(answer, 200)
  },
})
