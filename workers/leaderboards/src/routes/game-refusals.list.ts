/** Results of bound games that were not counted, newest first: for whoever runs the board. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { ownBoard } from '../boards.ts'
import { defineRoute } from '../env.ts'
import { listGameRefusals, type RefusalPlace, refusalsKeptMax } from '../game-bindings.ts'
import { GameRefusal, toGameRefusal } from '../game-model.ts'
import { boardParams } from '../model.ts'
import { problems } from '../problems.ts'

export const gameRefusalsList = defineRoute({
  access: secretKey('leaderboards:write'),
  route: createRoute({
    operationId: 'game-refusals.list',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/game-refusals',
    summary: 'List results that were not counted',
    description: `The newest ${refusalsKeptMax} of the leaderboard.`,
    request: { params: boardParams, query: PageQuery },
    responses: {
      200: json(pageOf(GameRefusal), 'Refusals, newest first'),
      ...problems('leaderboard_not_found'),
    },
  }),
  handler: async (c) => {
    const { projectId } = c.get('caller')
    const { limit, cursor } = c.req.valid('query')
    const { leaderboardId } = c.req.valid('param')
    const db = drizzle(c.env.LEADERBOARDS_DB)
    const board = await ownBoard(db, projectId, leaderboardId)
    const scope = {
      secret: c.env.CURSOR_SECRET,
      projectId,
      list: 'game-refusals',
      filter: board.id,
    }
    const place = readCursor(scope, cursor)
    const before = place === undefined ? undefined : (JSON.parse(place) as RefusalPlace)
    const rows = await listGameRefusals(db, board.id, { before, limit: limit + 1 })
    const page = toPage(rows, limit, toGameRefusal, ({ sequence, bindingId }) =>
      writeCursor(scope, JSON.stringify({ sequence, bindingId })),
    )
    return c.json(page, 200)
  },
})
