/** What a player has made of a game so far. Zeros for one who never played it. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { and, asc, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { findGame } from '../games/index.ts'
import { GameId, Score, UserId } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { scores } from '../schema.ts'

export const scoresGet = defineRoute({
  access: playerOrSecretKey('games:read'),
  route: createRoute({
    operationId: 'scores.get',
    method: 'get',
    path: '/v1/games/{gameId}/score',
    summary: 'Get a player’s score in a game',
    request: {
      params: z.object({ gameId: GameId }),
      query: z.strictObject({ userId: UserId.optional() }),
    },
    responses: { 200: json(Score, 'The score, per currency'), ...problems('game_not_found') },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { gameId } = c.req.valid('param')
    if (!findGame(gameId)) throw problem('game_not_found')
    const userId = subjectOf(caller, c.req.valid('query').userId, '/query/userId')
    const { currency, plays, wins, wagered, won, best, streak } = scores
    const currencies = await drizzle(c.env.GAMES_DB)
      .select({ currency, plays, wins, wagered, won, best, streak })
      .from(scores)
      .where(
        and(
          eq(scores.projectId, caller.projectId),
          eq(scores.userId, userId),
          eq(scores.gameId, gameId),
        ),
      )
      .orderBy(asc(scores.currency))
    const total = (figure: 'plays' | 'wins') =>
      currencies.reduce((sum, each) => sum + each[figure], 0)
    return c.json({ gameId, userId, plays: total('plays'), wins: total('wins'), currencies }, 200)
  },
})
