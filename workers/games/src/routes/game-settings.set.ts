/** Sets what the project allows in a game, all of it at once. Rounds that have begun go on. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { noteChange, sendNotes } from '@coinop/shared/audit'
import { now } from '@coinop/shared/clock'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { findGame } from '../games/index.ts'
import { GameId } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { gameSettings } from '../schema.ts'
import { GameSettings, NewGameSettings } from '../settings-model.ts'

export const gameSettingsSet = defineRoute({
  access: secretKey('games:write'),
  route: createRoute({
    operationId: 'game-settings.set',
    method: 'put',
    path: '/v1/games/{gameId}/settings',
    summary: 'Set the limits of a game',
    request: { params: z.object({ gameId: GameId }), body: json(NewGameSettings) },
    responses: {
      200: json(GameSettings, 'The settings'),
      ...problems('game_not_found', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId, actorId } = caller
    const { gameId } = c.req.valid('param')
    if (!findGame(gameId)) throw problem('game_not_found')
    const settings = c.req.valid('json')
    const db = drizzle(c.env.GAMES_DB)
    const hash = requestHash('game-settings.set', [gameId, settings])
    const request = { db, projectId, actorId, key: c.get('idempotencyKey'), requestHash: hash }
    const { answer, replayed } = await once<GameSettings>(request, async (recordOf) => {
      const set = { ...settings, updatedAt: now() }
      const upsert = db
        .insert(gameSettings)
        .values({ projectId, gameId, ...set })
        .onConflictDoUpdate({ target: [gameSettings.projectId, gameSettings.gameId], set })
      const note = noteChange(db, caller, { action: 'game-settings.set', subject: gameId })
      const made = { gameId, ...settings }
      await db.batch([upsert, note, ...(await recordOf(made))])
      return made
    })
    c.executionCtx.waitUntil(sendNotes(db, c.env.AUTH_AUDIT))
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(answer, 200)
  },
})
