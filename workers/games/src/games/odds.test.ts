import { describe, expect, test } from 'vitest'
import { cardNames, packSize, rankOf, shuffleBounds, shuffled } from '../cards.ts'
import { compare, fraction, written } from '../fractions.ts'
import { houseEdge, returnToPlayer } from '../game-rules.ts'
import { highLow } from './high-low.ts'
import { roulette } from './roulette.ts'
import { slots } from './slots.ts'

const cardsBelow = (bound: number) => Array.from({ length: bound }, (_, index) => index)

describe('the pack', () => {
  test('has every card once, from the ace of clubs to the king of spades', () => {
    expect(new Set(cardNames).size).toBe(packSize)
    expect([cardNames[0], cardNames[12], cardNames[13], cardNames[51]]).toEqual([
      'AC',
      'KC',
      'AD',
      'KS',
    ])
    expect([rankOf(0), rankOf(12), rankOf(13)]).toEqual([1, 13, 1])
  })

  test('is in its first order when every draw is 0, and has each card once whatever is drawn', () => {
    expect(shuffled(shuffleBounds(52).map(() => 0))).toEqual(cardsBelow(52))
    const last = shuffled(shuffleBounds(52).map((bound) => bound - 1))
    expect(new Set(last).size).toBe(52)
    expect(last[0]).toBe(51)
  })

  test('comes in each order of three cards for exactly one combination of draws', () => {
    const orders = cardsBelow(52).flatMap((a) =>
      cardsBelow(51).flatMap((b) => cardsBelow(50).map((c) => shuffled([a, b, c]).join())),
    )
    expect(new Set(orders).size).toBe(52 * 51 * 50)
  })
})

describe('high-low', () => {
  test('returns exactly 84/85 whatever is called', () => {
    const lines = highLow.paytable().map((line) => [line.choice['call'], ...line.prizes])
    expect(lines).toEqual([
      ['higher', { chance: fraction(8, 17), pays: fraction(21, 10) }],
      ['lower', { chance: fraction(8, 17), pays: fraction(21, 10) }],
      ['same', { chance: fraction(1, 17), pays: fraction(84, 5) }],
    ])
    expect(written(returnToPlayer(highLow))).toBe('84/85')
  })

  test.each([
    { draws: [0, 0], first: 'AC', second: '2C', result: 'higher' },
    { draws: [0, 11], first: 'AC', second: 'KC', result: 'higher' },
    { draws: [0, 12], first: 'AC', second: 'AD', result: 'same' },
    { draws: [51, 50], first: 'KS', second: 'AC', result: 'lower' },
  ])('draws $draws are $first, then $second: $result', ({ draws, first, second, result }) => {
    for (const called of ['higher', 'lower', 'same']) {
      const { outcome, pays } = highLow.play(draws, { call: called })
      expect(outcome).toEqual({ first, second })
      expect(pays.numerator > 0).toBe(called === result)
    }
  })
})

describe('roulette', () => {
  test('returns exactly 36/37 wherever the bet lies', () => {
    const lines = roulette.paytable()
    expect(lines).toHaveLength(49)
    expect(new Set(lines.map((line) => written(line.returnToPlayer)))).toEqual(new Set(['36/37']))
    expect(written(houseEdge(roulette))).toBe('1/37')
  })

  test('18 pockets are red and 18 black; each of 1 to 36 is in one half, dozen and column', () => {
    const winners = (on: string) =>
      cardsBelow(37).filter((pocket) => roulette.play([pocket], { on }).pays.numerator > 0)
    const partitions = [
      ['red', 'black'],
      ['odd', 'even'],
      ['low', 'high'],
      ['first-dozen', 'second-dozen', 'third-dozen'],
      ['first-column', 'second-column', 'third-column'],
    ]
    for (const parts of partitions) {
      const covered = parts.flatMap(winners).toSorted((a, b) => a - b)
      expect(covered).toEqual(cardsBelow(37).slice(1))
      for (const part of parts) expect(winners(part)).toHaveLength(36 / parts.length)
    }
    for (const pocket of [0, 17, 36]) expect(winners(String(pocket))).toEqual([pocket])
    expect(winners('second-column').slice(0, 3)).toEqual([2, 5, 8])
  })

  test.each([
    { pocket: 0, colour: 'green' },
    { pocket: 1, colour: 'red' },
    { pocket: 10, colour: 'black' },
    { pocket: 11, colour: 'black' },
    { pocket: 12, colour: 'red' },
    { pocket: 36, colour: 'red' },
  ])('pocket $pocket is $colour', ({ pocket, colour }) => {
    expect(roulette.play([pocket], { on: 'red' })).toEqual({
      outcome: { pocket, colour },
      pays: fraction(colour === 'red' ? 2 : 0),
    })
  })
})

describe('slots', () => {
  test('returns exactly 767/800, counted over all 8,000 combinations of stops', () => {
    const [line] = slots.paytable()
    const table = line?.prizes.toSorted((a, b) => compare(b.pays, a.pays))
    expect(table?.map(({ chance, pays }) => [written(pays), written(chance)])).toEqual([
      ['100/1', '1/8000'],
      ['60/1', '1/1000'],
      ['30/1', '27/8000'],
      ['20/1', '1/125'],
      ['12/1', '1/64'],
      ['10/1', '1/64'],
      ['2/1', '9/64'],
    ])
    expect(written(returnToPlayer(slots))).toBe('767/800')
  })

  test.each([
    { draws: [19, 19, 19], shows: ['seven', 'seven', 'seven'], pays: 100 },
    { draws: [0, 4, 2], shows: ['cherry', 'cherry', 'cherry'], pays: 10 },
    { draws: [0, 5, 2], shows: ['cherry', 'lemon', 'cherry'], pays: 2 },
    { draws: [0, 5, 10], shows: ['cherry', 'lemon', 'plum'], pays: 0 },
    { draws: [19, 19, 18], shows: ['seven', 'seven', 'star'], pays: 0 },
  ])('draws $draws show $shows and pay $pays', ({ draws, shows, pays }) => {
    const [reel1, reel2, reel3] = shows
    expect(slots.play(draws, {})).toEqual({
      outcome: { reel1, reel2, reel3 },
      pays: fraction(pays),
    })
  })
})
