/** One player against the dealer, in steps: the whole pack is shuffled before the first card is shown. */
import { z } from '@hono/zod-openapi'
import { cardsPattern, named, packSize, rankOf, shuffleBounds, shuffled } from '../cards.ts'
import { type Fraction, fraction } from '../fractions.ts'
import { defineGame, type Prize } from '../game-rules.ts'

const actions = ['hit', 'stand', 'double'] as const
const results = ['open', 'blackjack', 'win', 'push', 'lose', 'bust'] as const
type Result = Exclude<(typeof results)[number], 'open'>
const dealerStandsOn = 17
const best = 21

/** A hand's best total: an ace counts 11 as long as that is not too much. */
export function totalOf(cards: readonly number[]): number {
  const hard = cards.reduce((sum, card) => sum + Math.min(rankOf(card), 10), 0)
  return hard <= 11 && cards.some((card) => rankOf(card) === 1) ? hard + 10 : hard
}
const isBlackjack = (cards: readonly number[]) => cards.length === 2 && totalOf(cards) === best

type Table = { player: number[]; dealer: number[]; rest: number[]; doubled: boolean }

/** The cards after these actions. The player has cards 1 and 3 of the pack, the dealer 2 and 4; the rest follows in order. */
function tableAfter(draws: readonly number[], taken: readonly string[]): Table {
  const [a, b, c, d, ...rest] = shuffled(draws) as [number, number, number, number, ...number[]]
  const drawn = taken.filter((action) => action !== 'stand').length
  const player = [a, c, ...rest.slice(0, drawn)]
  return { player, dealer: [b, d], rest: rest.slice(drawn), doubled: taken.includes('double') }
}

/** The dealer looks for a blackjack before the player acts; 21 and more ask for no action. */
const isOver = ({ player, dealer, doubled }: Table, taken: readonly string[]) =>
  isBlackjack(dealer) || totalOf(player) >= best || doubled || taken.includes('stand')

function dealersHand({ player, dealer, rest }: Table): number[] {
  if (totalOf(player) > best || isBlackjack(player)) return dealer
  const hand = [...dealer]
  for (const card of rest) {
    if (totalOf(hand) >= dealerStandsOn) break
    hand.push(card)
  }
  return hand
}

function resultOf(player: readonly number[], dealer: readonly number[]): Result {
  const [own, theirs] = [totalOf(player), totalOf(dealer)]
  if (own > best) return 'bust'
  if (isBlackjack(player) || isBlackjack(dealer)) {
    if (isBlackjack(player)) return isBlackjack(dealer) ? 'push' : 'blackjack'
    return 'lose'
  }
  if (theirs > best || own > theirs) return 'win'
  return own === theirs ? 'push' : 'lose'
}

/** Of each stake. */
const pays: Record<Result, Fraction> = {
  blackjack: fraction(5, 2),
  win: fraction(2),
  push: fraction(1),
  lose: fraction(0),
  bust: fraction(0),
}

/** To 9 decimals, rounded down: what `test-blackjack-odds.ts` counts over every order of the pack, with the best play. */
const billionths = (numerator: number) => fraction(numerator, 1_000_000_000)
export const storedPrizes: Prize[] = [
  { chance: billionths(75_548_713), pays: fraction(1) },
  { chance: billionths(337_305_568), pays: fraction(2) },
  { chance: billionths(46_492_443), pays: fraction(5, 2) },
  { chance: billionths(59_343_856), pays: fraction(4) },
]
export const storedReturn = billionths(996_665_084)

const Cards = z.string().regex(cardsPattern)
const Total = z.int().min(2).max(31)

export const blackjack = defineGame({
  id: 'blackjack',
  version: 1,
  name: 'Blackjack',
  rules:
    'A pack of 52 is shuffled for each round. You get cards 1 and 3, the dealer 2 and 4, of which you see the first. Hit as often ' +
    'as you like, stand, or double your stake on the first two cards for exactly one more. Above 21 you lose. The dealer then ' +
    'draws to 17 and stands on every 17. A win pays twice the stake, a blackjack 2.5 times, rounded down, an equal hand gives ' +
    'the stake back. When the dealer has a blackjack the round ends before you act. No splits, no insurance. Who does nothing ' +
    'for 15 minutes stands. The odds are those of the best play, per bet, rounded down to 9 decimals.',
  choice: z.strictObject({}),
  choices: [{}],
  outcome: z.strictObject({
    player: Cards.describe('Your cards, for example AS 10H'),
    playerTotal: Total,
    dealer: Cards.describe('The dealer’s cards; while the round is open the one that you see'),
    dealerTotal: Total,
    result: z.enum(results),
  }),
  bounds: shuffleBounds(packSize - 1),
  odds: [{ choice: {}, prizes: storedPrizes, returnToPlayer: storedReturn }],
  play(draws, _, taken) {
    const table = tableAfter(draws, taken)
    const { player, doubled } = table
    const dealer = dealersHand(table)
    const result = resultOf(player, dealer)
    const stakes = doubled ? 2 : 1
    const { numerator, denominator } = pays[result]
    return {
      outcome: {
        player: named(player),
        playerTotal: totalOf(player),
        dealer: named(dealer),
        dealerTotal: totalOf(dealer),
        result,
      },
      pays: fraction(numerator * stakes, denominator),
    }
  },
  steps: {
    actions,
    whenLate: 'stand',
    stakesMax: 2,
    stakesOf: (taken) => (taken.includes('double') ? 2 : 1),
    waiting(draws, taken) {
      const table = tableAfter(draws, taken)
      if (isOver(table, taken)) return undefined
      const { player, dealer } = table
      const shown = dealer.slice(0, 1)
      return {
        outcome: {
          player: named(player),
          playerTotal: totalOf(player),
          dealer: named(shown),
          dealerTotal: totalOf(shown),
          result: 'open' as const,
        },
        actions: taken.length === 0 ? actions : ['hit', 'stand'],
      }
    },
  },
})
