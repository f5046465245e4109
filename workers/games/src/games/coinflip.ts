/** Heads or tails: a fair coin that pays exactly twice the bet. */
import { z } from '@hono/zod-openapi'
import { fraction } from '../fractions.ts'
import { defineGame } from '../game-rules.ts'

const sides = ['heads', 'tails'] as const
const Side = z.enum(sides)

export const coinflip = defineGame({
  id: 'coinflip',
  version: 1,
  name: 'Coinflip',
  rules:
    'Choose heads or tails. One draw of two decides: 0 is heads, 1 is tails. A right guess pays twice the bet, a wrong one nothing.',
  choice: z.strictObject({ side: Side.describe('The side that you bet on') }),
  choices: sides.map((side) => ({ side })),
  outcome: z.strictObject({ side: Side.describe('The side that came up') }),
  bounds: [2],
  play([draw], choice) {
    const side: z.infer<typeof Side> = draw === 0 ? 'heads' : 'tails'
    return { outcome: { side }, pays: fraction(side === choice.side ? 2 : 0) }
  },
})
