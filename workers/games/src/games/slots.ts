/** Three reels with the same twenty stops: the rarer the symbol, the more three of it pay. */
import { z } from '@hono/zod-openapi'
import { fraction } from '../fractions.ts'
import { defineGame } from '../game-rules.ts'

const symbols = ['cherry', 'lemon', 'plum', 'bell', 'star', 'seven'] as const
const Shown = z.enum(symbols)
type Shown = z.infer<typeof Shown>

/** Stops of a reel that show the symbol, and what three of it pay. */
const stops: Record<Shown, number> = { cherry: 5, lemon: 5, plum: 4, bell: 3, star: 2, seven: 1 }
const threePay: Record<Shown, number> = {
  cherry: 10,
  lemon: 12,
  plum: 20,
  bell: 30,
  star: 60,
  seven: 100,
}
const twoCherriesPay = 2
/** Draw n is a stop of reel n. */
const reel = symbols.flatMap((symbol) => Array.from({ length: stops[symbol] }, () => symbol))

export const slots = defineGame({
  id: 'slots',
  version: 1,
  name: 'Slots',
  rules:
    'Three reels of twenty stops each: 5 cherries, 5 lemons, 4 plums, 3 bells, 2 stars, 1 seven, in this order. Reel n shows ' +
    'draw n of twenty. Three of a kind pay: seven 100, star 60, bell 30, plum 20, lemon 12, cherry 10 times the bet; exactly ' +
    'two cherries pay twice the bet.',
  choice: z.strictObject({}),
  choices: [{}],
  outcome: z.strictObject({
    reel1: Shown.describe('What the left reel shows'),
    reel2: Shown.describe('What the middle reel shows'),
    reel3: Shown.describe('What the right reel shows'),
  }),
  bounds: [reel.length, reel.length, reel.length],
  play(draws) {
    const [reel1, reel2, reel3] = draws.map((draw) => reel[draw]!) as [Shown, Shown, Shown]
    const cherries = [reel1, reel2, reel3].filter((symbol) => symbol === 'cherry').length
    const three = reel1 === reel2 && reel2 === reel3
    const two = cherries === 2 ? twoCherriesPay : 0
    return { outcome: { reel1, reel2, reel3 }, pays: fraction(three ? threePay[reel1] : two) }
  },
})
