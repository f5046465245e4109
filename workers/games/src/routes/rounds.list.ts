/** A player's rounds, newest first, those that were refused included. */
import { createRoute } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { and, desc, eq, lt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { GameId, Round, toRound, UserId } from '../model.ts'
import { problems } from '../problems.ts'
import { selectRounds } from '../rounds.ts'
import { rounds } from '../schema.ts'

export const roundsList = defineRoute({
  access: playerOrSecretKey('games:read'),
  route: createRoute({
    operationId: 'rounds.list',
    method: 'get',
    path: '/v1/rounds',
    summary: 'List a player’s rounds',
    request: {
      query: PageQuery.extend({ gameId: GameId.optional(), userId: UserId.optional() }),
    },
    responses: { 200: json(pageOf(Round), 'Rounds, newest first'), ...problems() },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { limit, cursor, gameId, userId: asked } = c.req.valid('query')
    const userId = subjectOf(caller, asked, '/query/userId')
    const { projectId } = caller
    const filter = { userId, gameId: gameId ?? null }
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'rounds', filter }
    const before = readCursor(scope, cursor)
    const where = and(
      eq(rounds.projectId, projectId),
      eq(rounds.userId, userId),
      gameId === undefined ? undefined : eq(rounds.gameId, gameId),
      before === undefined ? undefined : lt(rounds.id, before),
    )
    const rows = await selectRounds(drizzle(c.env.GAMES_DB), where)
      .orderBy(desc(rounds.id))
      .limit(limit + 1)
    return c.json(
      toPage(rows, limit, toRound, ({ id }) => writeCursor(scope, id)),
      200,
    )
  },
})
