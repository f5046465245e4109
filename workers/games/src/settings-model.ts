/** What a project allows in a game, as clients set and see it. */
import { z } from '@hono/zod-openapi'
import { balanceMax, CurrencyCode } from '@coinop/shared/money'
import { GameId } from './model.ts'

const Limit = z.int().min(0).max(balanceMax).nullable().default(null)

export const NewGameSettings = z
  .strictObject({
    isActive: z.boolean().default(true).openapi({ description: 'Whether the game can be played' }),
    coolDownSeconds: z
      .int()
      .min(0)
      .max(86_400)
      .default(0)
      .openapi({ description: 'Between two rounds of a player in this game' }),
    currencies: z
      .array(
        z.strictObject({
          currency: CurrencyCode,
          betMin: Limit.openapi({ description: 'Minor units; null for no limit' }),
          betMax: Limit.openapi({ description: 'Minor units; null for no limit' }),
          dailyLossMax: Limit.openapi({
            description:
              'What a player may lose in this game on a day in UTC, wins counted against it',
          }),
        }),
      )
      .max(20)
      .default([])
      .refine((all) => new Set(all.map(({ currency }) => currency)).size === all.length, {
        message: 'Each currency once.',
      })
      .openapi({ description: 'A currency that is not named has no limits' }),
  })
  .openapi('NewGameSettings')

export const GameSettings = z
  .strictObject({ gameId: GameId, ...NewGameSettings.shape })
  .openapi('GameSettings')
export type GameSettings = z.infer<typeof GameSettings>
