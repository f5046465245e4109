/** What the project allows in a game. Without settings: everything. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyoneInProject } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { and, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { findGame } from '../games/index.ts'
import { GameId } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { gameSettings } from '../schema.ts'
import { GameSettings } from '../settings-model.ts'

export const gameSettingsGet = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'game-settings.get',
    method: 'get',
    path: '/v1/games/{gameId}/settings',
    summary: 'Get the limits of a game',
    request: { params: z.object({ gameId: GameId }) },
    responses: { 200: json(GameSettings, 'The settings'), ...problems('game_not_found') },
  }),
  handler: async (c) => {
    const { gameId } = c.req.valid('param')
    if (!findGame(gameId)) throw problem('game_not_found')
    const { isActive, coolDownSeconds, currencies } = gameSettings
    const { projectId } = c.get('caller')
    const [settings] = await drizzle(c.env.GAMES_DB)
      .select({ isActive, coolDownSeconds, currencies })
      .from(gameSettings)
      .where(and(eq(gameSettings.projectId, projectId), eq(gameSettings.gameId, gameId)))
    const none = { isActive: true, coolDownSeconds: 0, currencies: [] }
    return c.json({ gameId, ...(settings ?? none) }, 200)
  },
})
