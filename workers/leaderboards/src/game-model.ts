/** Game bindings, and results that were not counted, as clients see them. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import { IdOf } from '@coinop/shared/ids'
import { CurrencyCode } from '@coinop/shared/money'
import { isMoney, measures } from './game-measures.ts'
import { boardParams, GameId, Operator } from './model.ts'
import type { gameBindings, gameRefusals } from './schema.ts'

export type GameBindingRow = typeof gameBindings.$inferSelect
export type GameRefusalRow = typeof gameRefusals.$inferSelect

export const GameBindingId = IdOf('gbn')
export const gameBindingParams = boardParams.extend({ bindingId: GameBindingId })
/** Of a board. */
export const gameBindingsMax = 10

const fields = {
  gameId: GameId.openapi({
    description: 'A game, or with `skill_score` the name of a game of your own',
  }),
  measure: z.enum(measures).openapi({
    description:
      'Which number is submitted as the score: 1 for each win or play, an amount, or the score of a skill session',
  }),
  currency: CurrencyCode.nullable().openapi({
    description: 'Only rounds in it; required where the measure is an amount',
  }),
  operator: Operator.nullable().openapi({ description: 'Instead of the leaderboard’s' }),
}

export const GameBinding = z
  .strictObject({
    id: GameBindingId,
    ...fields,
    failures: z.int().min(0).openapi({
      description: 'How often in a row the next results could not be counted; they are tried again',
    }),
    createdAt: z.iso.datetime(),
  })
  .openapi('GameBinding')
export type GameBinding = z.infer<typeof GameBinding>

export const NewGameBinding = z
  .strictObject({
    ...fields,
    currency: fields.currency.default(null),
    operator: fields.operator.default(null),
  })
  .refine(({ measure, currency }) => !isMoney(measure) || currency !== null, {
    path: ['currency'],
    message: 'Required: amounts of different currencies cannot be compared.',
  })
  .refine(({ measure, currency }) => measure !== 'skill_score' || currency === null, {
    path: ['currency'],
    message: 'A skill session has no currency.',
  })
  .openapi('NewGameBinding')
export type NewGameBinding = z.infer<typeof NewGameBinding>

export const GameRefusal = z
  .strictObject({
    bindingId: GameBindingId,
    eventId: z.string(),
    sequence: z.int().min(1).openapi({ description: 'Of the event, in the log of the project' }),
    reason: z.string().openapi({ example: 'score_out_of_bounds' }),
    at: z.iso.datetime(),
  })
  .openapi('GameRefusal')

export const toGameBinding = (row: GameBindingRow): GameBinding => ({
  id: row.id,
  gameId: row.gameId,
  measure: row.measure,
  currency: row.currency,
  operator: row.operator,
  failures: row.failures,
  createdAt: isoTime(row.createdAt),
})

export const toGameRefusal = (row: GameRefusalRow): z.infer<typeof GameRefusal> => ({
  bindingId: row.bindingId,
  eventId: row.eventId,
  sequence: row.sequence,
  reason: row.reason,
  at: isoTime(row.at),
})
