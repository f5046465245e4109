/** The games as clients see them, with their odds. */
import { z } from '@hono/zod-openapi'
import { compare, type Fraction, percent, written } from './fractions.ts'
import { type Game as Rules, houseEdge, returnToPlayer } from './game-rules.ts'
import type { Choice, Game, GameWithPaytable } from './model.ts'

export function toGame(game: Rules): Game {
  const { id, version, name, rules } = game
  const prizes = game.paytable().flatMap((line) => line.prizes)
  const chances = prizes.map(({ chance }) => chance).toSorted(compare)
  const multiples = prizes.map(({ pays }) => pays).toSorted(compare)
  return {
    id,
    version,
    name,
    rules,
    choice: schemaOf(game.choice),
    odds: {
      chanceMin: show(chances.at(0)),
      chanceMax: show(chances.at(-1)),
      paysMin: show(multiples.at(0)),
      paysMax: show(multiples.at(-1)),
    },
    returnToPlayer: written(returnToPlayer(game)),
    houseEdge: percent(houseEdge(game)),
  }
}

export const toGameWithPaytable = (game: Rules): GameWithPaytable => ({
  ...toGame(game),
  paytable: game.paytable().map((line) => ({
    choice: line.choice as z.infer<typeof Choice>,
    prizes: line.prizes.map(({ chance, pays }) => ({
      chance: written(chance),
      pays: written(pays),
    })),
    returnToPlayer: written(line.returnToPlayer),
  })),
})

const show = (value: Fraction | undefined): string => (value ? written(value) : '0/1')

/** JSON Schema of a zod schema, without the mark that belongs to whole documents. */
export function schemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...described } = z.toJSONSchema(schema)
  return described
}
