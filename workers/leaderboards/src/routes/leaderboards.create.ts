/** Creates a leaderboard; its first season begins now, or as its schedule says. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { json } from '@coinop/shared/route'
import { rowOf } from '../board-management.ts'
import { insertBoard } from '../boards.ts'
import { changeOnce } from '../definition-changes.ts'
import { defineRoute } from '../env.ts'
import { Leaderboard, NewLeaderboard } from '../model.ts'
import { problems } from '../problems.ts'

export const leaderboardsCreate = defineRoute({
  access: secretKey('leaderboards:write'),
  route: createRoute({
    operationId: 'leaderboards.create',
    method: 'post',
    path: '/v1/leaderboards',
    summary: 'Create a leaderboard',
    request: { body: json(NewLeaderboard) },
    responses: {
      201: json(Leaderboard, 'The leaderboard'),
      ...problems('slug_taken', 'plan_limit', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const wanted = c.req.valid('json')
    const answer = await changeOnce<Leaderboard>(c, wanted, (db, recordOf) => {
      const row = rowOf(caller.projectId, wanted, now())
      return insertBoard(db, caller, row, (board) => recordOf(board, board.id))
    })
    return c.json(answer, 201)
  },
})
