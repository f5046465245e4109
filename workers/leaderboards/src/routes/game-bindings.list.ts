/** The games that are bound to a leaderboard, oldest first. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { ownBoard } from '../boards.ts'
import { defineRoute } from '../env.ts'
import { listGameBindings } from '../game-bindings.ts'
import { GameBinding, toGameBinding } from '../game-model.ts'
import { boardParams } from '../model.ts'
import { problems } from '../problems.ts'

export const gameBindingsList = defineRoute({
  access: secretKey('leaderboards:write'),
  route: createRoute({
    operationId: 'game-bindings.list',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/game-bindings',
    summary: 'List bound games',
    request: { params: boardParams, query: PageQuery },
    responses: {
      200: json(pageOf(GameBinding), 'Bindings, oldest first'),
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
      list: 'game-bindings',
      filter: board.id,
    }
    const after = readCursor(scope, cursor) ?? ''
    const rows = await listGameBindings(db, board.id, { after, limit: limit + 1 })
    const page = toPage(rows, limit, toGameBinding, ({ id }) => writeCursor(scope, id))
    return c.json(page, 200)
  },
})
