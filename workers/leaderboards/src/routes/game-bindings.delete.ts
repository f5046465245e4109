/** Unbinds a game from a leaderboard; what was counted stays. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { ownBoard } from '../boards.ts'
import { changeOnce } from '../definition-changes.ts'
import { defineRoute } from '../env.ts'
import { findGameBinding, isBinding } from '../game-bindings.ts'
import { gameBindingParams } from '../game-model.ts'
import { problems } from '../problems.ts'
import { gameBindings } from '../schema.ts'

export const gameBindingsDelete = defineRoute({
  access: secretKey('leaderboards:write'),
  route: createRoute({
    operationId: 'game-bindings.delete',
    method: 'delete',
    path: '/v1/leaderboards/{leaderboardId}/game-bindings/{bindingId}',
    summary: 'Unbind a game',
    request: { params: gameBindingParams },
    responses: {
      204: { description: 'The game is unbound' },
      ...problems('leaderboard_not_found', 'game_binding_not_found', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { projectId } = c.get('caller')
    const { leaderboardId, bindingId } = c.req.valid('param')
    await changeOnce<null>(c, [leaderboardId, bindingId], async (db, recordOf) => {
      const board = await ownBoard(db, projectId, leaderboardId)
      const binding = await findGameBinding(db, board.id, bindingId)
      await db.batch([
        db.delete(gameBindings).where(isBinding(binding)),
        ...(await recordOf(null, binding.id)),
      ])
      return null
    })
    return c.body(null, 204)
  },
})
