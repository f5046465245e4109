/** Two cards of one pack: whether the second is higher than the first, lower, or of the same rank. */
import { z } from '@hono/zod-openapi'
import { cardsPattern, named, rankOf, shuffleBounds, shuffled } from '../cards.ts'
import { fraction } from '../fractions.ts'
import { defineGame } from '../game-rules.ts'

const calls = ['higher', 'lower', 'same'] as const
const Call = z.enum(calls)
/** 24 of 51 cards are higher on average, as many lower, and 3 are of the same rank: each call returns 84/85. */
const paid = { higher: fraction(21, 10), lower: fraction(21, 10), same: fraction(84, 5) }
const Card = z.string().regex(cardsPattern)

export const highLow = defineGame({
  id: 'high-low',
  version: 1,
  name: 'High-low',
  rules:
    'The first two cards of a shuffled pack of 52; the ace is the lowest, the king the highest. Call whether the second one ' +
    'is higher, lower or of the same rank. Higher and lower pay 2.1 times the bet, same pays 16.8 times, rounded down.',
  choice: z.strictObject({ call: Call.describe('What the second card is, beside the first') }),
  choices: calls.map((call) => ({ call })),
  outcome: z.strictObject({
    first: Card.describe('For example 10H: rank, then C, D, H or S'),
    second: Card.describe('The card that decides'),
  }),
  bounds: shuffleBounds(2),
  play(draws, { call }) {
    const [first, second] = shuffled(draws) as [number, number]
    const difference = rankOf(second) - rankOf(first)
    const higherOrLower = difference > 0 ? 'higher' : 'lower'
    const result = difference === 0 ? 'same' : higherOrLower
    return {
      outcome: { first: named([first]), second: named([second]) },
      pays: call === result ? paid[call] : fraction(0),
    }
  },
})
