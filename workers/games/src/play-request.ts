/** What a client sends to play: the bet, and the fields that the game of the path asks for. */
import { z } from '@hono/zod-openapi'
import { fieldErrors } from '@coinop/shared/field-errors'
import type { FieldError } from '@coinop/shared/problem'
import { CurrencyCode } from '@coinop/shared/money'
import { schemaOf } from './catalogue.ts'
import type { Facts, Game } from './game-rules.ts'
import { coinflip } from './games/coinflip.ts'
import { games } from './games/index.ts'
import { Bet, ClientSeed, UserId } from './model.ts'

const commonFields = {
  bet: Bet.describe('Minor units of the currency'),
  currency: CurrencyCode,
  clientSeed: ClientSeed.optional().describe(
    'Begins a new pair of seeds unless it is the current one',
  ),
  userId: UserId.optional().describe('Required unless a player asks'),
}

export type NewPlay = {
  bet: number
  currency: string
  clientSeed: string | undefined
  userId: string | undefined
  choice: Facts
}

const bodies = new Map(
  games.map((game) => [game.id, z.strictObject({ ...commonFields, ...game.choice.shape })]),
)

/** As documented: the fields of one of the games. Which one follows from the path, so `parsePlay` checks it. */
export const NewPlayBody = z.record(z.string(), z.unknown()).openapi('NewPlay', {
  type: 'object',
  example: { bet: 10, currency: 'COIN', side: 'heads' },
  // The game of the example first: readers of contracts take the first variant for the usual one.
  anyOf: [coinflip, ...games.filter((game) => game !== coinflip)].map(({ id, name }) => ({
    title: name,
    description: `For the game \`${id}\``,
    ...schemaOf(bodies.get(id)!),
  })),
})

/** The play that `body` asks for, or what is wrong with it, field by field. */
export function parsePlay(
  game: Game,
  body: unknown,
): { ok: true; play: NewPlay } | { ok: false; errors: FieldError[] } {
  const parsed = bodies.get(game.id)!.safeParse(body)
  if (!parsed.success) return { ok: false, errors: fieldErrors('body', parsed.error) }
  const { bet, currency, clientSeed, userId, ...choice } = parsed.data
  return { ok: true, play: { bet, currency, clientSeed, userId, choice } }
}
