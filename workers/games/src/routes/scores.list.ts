/** A player's figures in every game that they have played, by game and currency. */
import { createRoute } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { and, asc, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { GameScore, UserId } from '../model.ts'
import { problems } from '../problems.ts'
import { scores } from '../schema.ts'

export const scoresList = defineRoute({
  access: playerOrSecretKey('games:read'),
  route: createRoute({
    operationId: 'scores.list',
    method: 'get',
    path: '/v1/game-scores',
    summary: 'List a player’s scores',
    request: { query: PageQuery.extend({ userId: UserId.optional() }) },
    responses: { 200: json(pageOf(GameScore), 'By game, then by currency'), ...problems() },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { limit, cursor, userId: asked } = c.req.valid('query')
    const userId = subjectOf(caller, asked, '/query/userId')
    const { projectId } = caller
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'scores', filter: userId }
    const [game = '', code = ''] = (readCursor(scope, cursor) ?? '').split(' ')
    const { gameId, currency, plays, wins, wagered, won, best, streak } = scores
    const rows = await drizzle(c.env.GAMES_DB)
      .select({ gameId, currency, plays, wins, wagered, won, best, streak })
      .from(scores)
      .where(
        and(
          eq(scores.projectId, projectId),
          eq(scores.userId, userId),
          sql`(${gameId}, ${currency}) > (${game}, ${code})`,
        ),
      )
      .orderBy(asc(gameId), asc(currency))
      .limit(limit + 1)
    const cursorOf = (last: GameScore) => writeCursor(scope, `${last.gameId} ${last.currency}`)
    return c.json(
      toPage(rows, limit, (row) => row, cursorOf),
      200,
    )
  },
})
