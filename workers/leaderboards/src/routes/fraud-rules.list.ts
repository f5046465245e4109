/** The rules against fraud of a leaderboard, oldest first; players never see them. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { ownBoard } from '../boards.ts'
import { defineRoute } from '../env.ts'
import { FraudRule, toFraudRule } from '../fraud-model.ts'
import { boardParams } from '../model.ts'
import { problems } from '../problems.ts'

export const fraudRulesList = defineRoute({
  access: secretKey('leaderboards:write'),
  route: createRoute({
    operationId: 'fraud-rules.list',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/fraud-rules',
    summary: 'List fraud rules',
    request: { params: boardParams, query: PageQuery },
    responses: {
      200: json(pageOf(FraudRule), 'Rules, oldest first'),
      ...problems('leaderboard_not_found'),
    },
  }),
  handler: async (c) => {
    const { projectId } = c.get('caller')
    const { limit, cursor } = c.req.valid('query')
    const { leaderboardId } = c.req.valid('param')
    const board = await ownBoard(drizzle(c.env.LEADERBOARDS_DB), projectId, leaderboardId)
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'fraud-rules', filter: board.id }
    const after = readCursor(scope, cursor) ?? ''
    const rows = board.fraudRules
      .filter(({ id }) => id > after)
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    return c.json(
      toPage(rows.slice(0, limit + 1), limit, toFraudRule, ({ id }) => writeCursor(scope, id)),
      200,
    )
  },
})
