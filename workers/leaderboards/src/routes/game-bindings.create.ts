/** Binds a game to a leaderboard: from now on its results are scores of the board. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { ask } from '@coinop/shared/neighbour'
import { invalidField } from '@coinop/shared/problem'
import { json } from '@coinop/shared/route'
import { ownBoard } from '../boards.ts'
import { changeOnce } from '../definition-changes.ts'
import { defineRoute } from '../env.ts'
import { insertGameBinding } from '../game-bindings.ts'
import { GameBinding, NewGameBinding, toGameBinding } from '../game-model.ts'
import { boardParams } from '../model.ts'
import { problems } from '../problems.ts'
import { noteBinding } from '../used-boards.ts'

export const gameBindingsCreate = defineRoute({
  access: secretKey('leaderboards:write'),
  route: createRoute({
    operationId: 'game-bindings.create',
    method: 'post',
    path: '/v1/leaderboards/{leaderboardId}/game-bindings',
    summary: 'Bind a game to a leaderboard',
    description:
      'From now on each result of the game is submitted as a score, once. A result counts in the season of the moment at which it reaches the board: within seconds where somebody reads the board, else within minutes.',
    request: { params: boardParams, body: json(NewGameBinding) },
    responses: {
      201: json(GameBinding, 'The binding'),
      ...problems('leaderboard_not_found', 'game_bindings_full', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { projectId } = c.get('caller')
    const { leaderboardId } = c.req.valid('param')
    const wanted = c.req.valid('json')
    const answer = await changeOnce<GameBinding>(
      c,
      [leaderboardId, wanted],
      async (db, recordOf) => {
        const board = await ownBoard(db, projectId, leaderboardId)
        if (board.keys.length > 1) {
          throw invalidField(
            '/body/measure',
            'A game gives one number, and the leaderboard has keys.',
          )
        }
        const [log] = await ask('events', () =>
          c.env.FINISHED_GAMES.follow([{ projectId, after: 0 }], 0),
        )
        const own = { id: newId('gbn'), boardId: board.id, projectId, createdAt: now() }
        const row = { ...wanted, ...own, counted: log!.head, failures: 0 }
        const made = toGameBinding(row)
        await insertGameBinding(db, row, await recordOf(made, row.id))
        noteBinding(board.id)
        return made
      },
    )
    return c.json(answer, 201)
  },
})
