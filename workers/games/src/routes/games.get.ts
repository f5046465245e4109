/** One game, with what every choice pays and how likely that is. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyoneInProject } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { toGameWithPaytable } from '../catalogue.ts'
import { defineRoute } from '../env.ts'
import { findGame } from '../games/index.ts'
import { GameId, GameWithPaytable } from '../model.ts'
import { problem, problems } from '../problems.ts'

export const gamesGet = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'games.get',
    method: 'get',
    path: '/v1/games/{gameId}',
    summary: 'Get a game with its paytable',
    request: { params: z.object({ gameId: GameId }) },
    responses: { 200: json(GameWithPaytable, 'The game'), ...problems('game_not_found') },
  }),
  handler: async (c) => {
    const game = findGame(c.req.valid('param').gameId)
    if (!game) throw problem('game_not_found')
    return c.json(toGameWithPaytable(game), 200)
  },
})
