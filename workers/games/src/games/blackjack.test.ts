import { describe, expect, test } from 'vitest'
import { cardNames, shuffleBounds } from '../cards.ts'
import { drawsOf } from '../fairness.ts'
import { type Fraction, share } from '../fractions.ts'
import { blackjack, storedPrizes, storedReturn, totalOf } from './blackjack.ts'
import { countOdds } from './test-blackjack-odds.ts'

/** Draws that put these cards first, in this order. */
function drawsFor(cards: string): number[] {
  const pack = cardNames.map((_, card) => card)
  const draws = shuffleBounds(51).map(() => 0)
  cards.split(' ').forEach((name, place) => {
    const at = pack.indexOf(cardNames.indexOf(name), place)
    draws[place] = at - place
    ;[pack[place], pack[at]] = [pack[at]!, pack[place]!]
  })
  return draws
}

const end = (cards: string, ...taken: string[]) => {
  const draws = drawsFor(cards)
  const { outcome, pays } = blackjack.play(draws, {}, taken)
  const waits = blackjack.steps?.waiting(draws, taken)
  return { ...outcome, pays: pays.numerator / pays.denominator, waits: waits?.actions }
}

/** The usual way to play one pack: by the total, whether an ace counts 11, and the dealer's card. */
function usualAction(player: string, dealer: string, allowed: readonly string[]): string {
  const cards = player.split(' ').map((name) => cardNames.indexOf(name))
  const shown = totalOf([cardNames.indexOf(dealer)])
  const hard = cards.reduce((sum, card) => sum + Math.min((card % 13) + 1, 10), 0)
  const total = totalOf(cards)
  if (allowed.includes('double') && total === hard) {
    if (total === 11 || (total === 10 && shown < 10) || (total === 9 && shown < 7)) return 'double'
  }
  if (total > hard) return total >= 19 || (total === 18 && shown < 9) ? 'stand' : 'hit'
  if (total >= 17) return 'stand'
  if (total >= 13 && shown < 7) return 'stand'
  return total === 12 && shown >= 4 && shown < 7 ? 'stand' : 'hit'
}

describe('blackjack', () => {
  test('stores what counting every order of the pack gives for the best play, to 9 decimals', () => {
    const { orders, pays, net } = countOdds()
    const counted = [...pays.values()].reduce((sum, each) => sum + each, 0n)
    expect(counted).toBe(orders)
    const billion = 1_000_000_000n
    const billionthsOf = ({ numerator, denominator }: Fraction) =>
      (BigInt(numerator) * billion) / BigInt(denominator)
    for (const { chance, pays: multiple } of storedPrizes) {
      const halves = (multiple.numerator * 2) / multiple.denominator
      const exact = ((pays.get(halves) ?? 0n) * billion) / orders
      expect(billionthsOf(chance)).toBe(exact)
    }
    expect(storedPrizes).toHaveLength(pays.size - 1)
    const exact = ((2n * orders + net) * billion) / (2n * orders)
    expect(billionthsOf(storedReturn)).toBe(exact)
    expect(exact).toBe(996_665_084n)
  }, 120_000)

  test('returns nearly as much to who plays by the usual table: within 4 standard deviations and half a percent', () => {
    const serverSeed = 'b1ac'.padEnd(64, '0')
    const rounds = 20_000
    let net = 0
    for (let nonce = 1; nonce <= rounds; nonce++) {
      const source = { serverSeed, clientSeed: 'ada', nonce, game: 'blackjack', version: 1 }
      const draws = drawsOf(source, blackjack.bounds)
      const taken: string[] = []
      for (;;) {
        const waits = blackjack.steps?.waiting(draws, taken)
        if (!waits) break
        const { player, dealer } = waits.outcome as { player: string; dealer: string }
        taken.push(usualAction(player, dealer, waits.actions))
      }
      net +=
        share(2, blackjack.play(draws, {}, taken).pays) / 2 -
        (blackjack.steps?.stakesOf(taken) ?? 1)
    }
    const deviation = 1.15 / Math.sqrt(rounds)
    const returned = 1 + net / rounds
    expect(returned).toBeLessThan(0.9967 + 4 * deviation)
    expect(returned).toBeGreaterThan(0.9967 - 0.005 - 4 * deviation)
  }, 60_000)

  test.each([
    {
      cards: 'AS 9H KS 9C',
      what: 'a blackjack pays 2.5 times, at once',
      pays: 2.5,
      result: 'blackjack',
    },
    { cards: 'AS AH KS QC', what: 'two blackjacks are a push', pays: 1, result: 'push' },
    { cards: '10S AH 10H QC', what: 'a blackjack of the dealer ends it', pays: 0, result: 'lose' },
    { cards: '10S QH 10H AC', what: 'a hidden ace under a ten too', pays: 0, result: 'lose' },
  ])('$cards: $what', ({ cards, pays, result }) => {
    expect(end(cards)).toMatchObject({ pays, result, waits: undefined })
  })

  test.each([
    { cards: '10S 9H 10H 8C', taken: ['stand'], pays: 2, result: 'win' },
    { cards: '10S 9H 7H 8C', taken: ['stand'], pays: 1, result: 'push' },
    { cards: '10S 9H 6H 8C', taken: ['stand'], pays: 0, result: 'lose' },
    { cards: '10S 9H 6H 8C 10C', taken: ['hit'], pays: 0, result: 'bust' },
    { cards: '10S 9H 6H 8C 5C', taken: ['hit'], pays: 2, result: 'win' },
    { cards: '5S 9H 6H 8C 10C', taken: ['double'], pays: 4, result: 'win' },
    { cards: '5S 9H 6H 8C 6C', taken: ['double'], pays: 2, result: 'push' },
    { cards: '5S 9H 6H 8C 2C', taken: ['double'], pays: 0, result: 'lose' },
    { cards: '10S 6H 10H 10C 10D', taken: ['stand'], pays: 2, result: 'win' },
    { cards: '10S AH 8H 6C', taken: ['stand'], pays: 2, result: 'win' },
    { cards: '10S AH 8H 5C 3C', taken: ['stand'], pays: 0, result: 'lose' },
    { cards: '2S 10H 2H 9C AS AH', taken: ['hit', 'hit', 'stand'], pays: 0, result: 'lose' },
  ])('$cards with $taken: $result', ({ cards, taken, pays, result }) => {
    expect(end(cards, ...taken)).toMatchObject({ pays, result, waits: undefined })
  })

  test('shows one card of the dealer until the end, and allows doubling on the first two cards only', () => {
    const cards = '2S 10H 2H 9C AS 3C'
    const first = blackjack.steps?.waiting(drawsFor(cards), [])
    expect(first).toEqual({
      outcome: { player: '2S 2H', playerTotal: 4, dealer: '10H', dealerTotal: 10, result: 'open' },
      actions: ['hit', 'stand', 'double'],
    })
    const second = blackjack.steps?.waiting(drawsFor(cards), ['hit'])
    expect(second).toMatchObject({
      outcome: { player: '2S 2H AS', playerTotal: 15, dealer: '10H' },
      actions: ['hit', 'stand'],
    })
  })

  test('the dealer draws in the order of the pack, after the cards of the player', () => {
    expect(end('10S 2H 2C 4D 6S 9H 3S', 'hit', 'stand')).toMatchObject({
      player: '10S 2C 6S',
      dealer: '2H 4D 9H 3S',
      dealerTotal: 18,
      result: 'push',
    })
  })
})
