/** One zero: 37 pockets, and every bet pays as if there were 36, so that all of them return the same. */
import { z } from '@hono/zod-openapi'
import { fraction } from '../fractions.ts'
import { defineGame } from '../game-rules.ts'

const pocketsCount = 37
const numbers = Array.from({ length: pocketsCount }, (_, pocket) => pocket)
const reds = new Set([1, 3, 5, 7, 9, 12, 14, 16, 18, 19, 21, 23, 25, 27, 30, 32, 34, 36])

/** What can be bet on besides a single number, and the pockets that it wins with; none of them has the zero. */
const groups: Record<string, (pocket: number) => boolean> = {
  red: (pocket) => reds.has(pocket),
  black: (pocket) => !reds.has(pocket),
  odd: (pocket) => pocket % 2 === 1,
  even: (pocket) => pocket % 2 === 0,
  low: (pocket) => pocket <= 18,
  high: (pocket) => pocket > 18,
  'first-dozen': (pocket) => pocket <= 12,
  'second-dozen': (pocket) => pocket > 12 && pocket <= 24,
  'third-dozen': (pocket) => pocket > 24,
  'first-column': (pocket) => pocket % 3 === 1,
  'second-column': (pocket) => pocket % 3 === 2,
  'third-column': (pocket) => pocket % 3 === 0,
}
const places = [...Object.keys(groups), ...numbers.map(String)]

const wins = (on: string, pocket: number): boolean => {
  const covers = groups[on]
  return covers ? pocket > 0 && covers(pocket) : pocket === Number(on)
}
const colourOf = (pocket: number): 'red' | 'black' | 'green' => {
  if (pocket === 0) return 'green'
  return reds.has(pocket) ? 'red' : 'black'
}

export const roulette = defineGame({
  id: 'roulette',
  version: 1,
  name: 'Roulette',
  rules:
    'One draw of 37 is the pocket, 0 to 36. Bet on red, black, odd, even, low (1-18) or high (19-36), which pay 2 times the bet; ' +
    'on a dozen or a column (first: 1, 4, 7 …), which pay 3 times; or on one number, which pays 36 times. With 0 only the bet on 0 wins.',
  choice: z.strictObject({
    on: z.enum(places).describe('A colour, half, dozen, column, or a number from 0 to 36'),
  }),
  choices: places.map((on) => ({ on })),
  outcome: z.strictObject({
    pocket: z.int().min(0).max(36).describe('Where the ball lies'),
    colour: z.enum(['red', 'black', 'green']).describe('Of the pocket; 0 is green'),
  }),
  bounds: [pocketsCount],
  play([pocket = 0], { on }) {
    const covered = numbers.filter((each) => wins(on, each)).length
    const pays = wins(on, pocket) ? fraction(36, covered) : fraction(0)
    return { outcome: { pocket, colour: colourOf(pocket) }, pays }
  },
})
