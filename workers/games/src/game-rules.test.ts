import { describe, expect, test } from 'vitest'
import { toGameWithPaytable } from './catalogue.ts'
import { drawsOf } from './fairness.ts'
import { compare, fraction, multiply, share, written } from './fractions.ts'
import { type Game, houseEdge, returnToPlayer } from './game-rules.ts'
import { coinflip } from './games/coinflip.ts'
import { dice } from './games/dice.ts'
import { games } from './games/index.ts'
import { Bet, multipleMax } from './model.ts'
import { NewPlayBody, parsePlay } from './play-request.ts'

const all: readonly Game[] = games
const serverSeed = 'c0ffee'.padEnd(64, '0')

/** What a fixed pair of seeds returns of a large bet over many rounds. */
function simulatedReturn(game: Game, choice: Record<string, string | number>, plays: number) {
  const bet = 1_000_000
  let paid = 0
  for (let nonce = 1; nonce <= plays; nonce++) {
    const source = { serverSeed, clientSeed: 'ada', nonce, game: game.id, version: game.version }
    paid += share(bet, game.play(drawsOf(source, game.bounds), choice).pays)
  }
  return paid / (bet * plays)
}

describe('every game', () => {
  test.each(all)('$id accepts exactly the choices that its paytable lists', (game) => {
    const lines = game.paytable()
    expect(lines.length).toBeGreaterThan(0)
    for (const { choice } of lines) expect(game.choice.safeParse(choice).success).toBe(true)
    expect(new Set(lines.map(({ choice }) => JSON.stringify(choice))).size).toBe(lines.length)
  })

  test.each(all)('$id never pays above the limit, nor less than the bet for a win', (game) => {
    for (const { pays } of game.paytable().flatMap(({ prizes }) => prizes)) {
      expect(compare(pays, fraction(multipleMax))).toBeLessThanOrEqual(0)
      expect(compare(pays, fraction(1))).toBeGreaterThanOrEqual(0)
      expect(() => share(Bet.maxValue ?? 0, pays)).not.toThrow()
    }
  })

  test.each(all)('$id never returns more than is staked', (game) => {
    for (const line of game.paytable()) {
      expect(compare(line.returnToPlayer, fraction(1))).toBeLessThanOrEqual(0)
    }
  })

  test.each(all)('$id asks for no field that every play has', (game) => {
    const common = ['bet', 'currency', 'userId', 'clientSeed']
    expect(Object.keys(game.choice.shape).filter((name) => common.includes(name))).toEqual([])
  })

  test.each(all)('$id answers outcomes that its schema describes', (game) => {
    const [line] = game.paytable()
    const source = { serverSeed, clientSeed: 'ada', game: game.id, version: game.version }
    for (let nonce = 1; nonce <= 200; nonce++) {
      const draws = drawsOf({ ...source, nonce }, game.bounds)
      const { outcome } = game.play(draws, line?.choice ?? {})
      expect(game.outcome.parse(outcome)).toEqual(outcome)
    }
  })

  test.each(all)('$id has a unique id that sorts where it stands', ({ id }) => {
    const ids = all.map((game) => game.id)
    expect(ids.toSorted()).toEqual(ids)
    expect(ids.filter((each) => each === id)).toHaveLength(1)
  })
})

describe('coinflip', () => {
  test('returns exactly 1/1 with either side: the coin is fair and pays twice the bet', () => {
    const lines = coinflip.paytable().map(({ prizes }) => prizes)
    expect(lines).toEqual([
      [{ chance: fraction(1, 2), pays: fraction(2) }],
      [{ chance: fraction(1, 2), pays: fraction(2) }],
    ])
    expect(written(returnToPlayer(coinflip))).toBe('1/1')
    expect(written(houseEdge(coinflip))).toBe('0/1')
  })

  test('draw 0 is heads, draw 1 is tails', () => {
    expect(coinflip.play([0], { side: 'heads' })).toEqual({
      outcome: { side: 'heads' },
      pays: fraction(2),
    })
    expect(coinflip.play([1], { side: 'heads' })).toEqual({
      outcome: { side: 'tails' },
      pays: fraction(0),
    })
  })

  test('returns within 4 standard deviations of the exact figure over 20,000 fixed rounds', () => {
    const deviation = 1 / Math.sqrt(20_000)
    const returned = simulatedReturn(coinflip, { side: 'tails' }, 20_000)
    expect(Math.abs(returned - 1)).toBeLessThan(4 * deviation)
  })
})

describe('dice', () => {
  test('returns exactly 99/100 whatever the choice', () => {
    const returns = new Set(dice.paytable().map((line) => written(line.returnToPlayer)))
    expect([...returns]).toEqual(['99/100'])
    expect(written(houseEdge(dice))).toBe('1/100')
  })

  test('wins on 1 to 98 rolls of 100 and pays 99 divided by their number', () => {
    const lines = dice.paytable()
    expect(lines).toHaveLength(196)
    for (const { choice, prizes } of lines) {
      const target = Number(choice['target'])
      const winning = choice['direction'] === 'over' ? 100 - target : target - 1
      const [prize, ...others] = prizes
      expect(others).toEqual([])
      expect(prize).toEqual({ chance: fraction(winning, 100), pays: fraction(99, winning) })
      expect(written(multiply(fraction(winning, 100), fraction(99, winning)))).toBe('99/100')
    }
  })

  test.each([
    { draw: 49, direction: 'over', target: 50, won: false },
    { draw: 50, direction: 'over', target: 50, won: true },
    { draw: 49, direction: 'under', target: 50, won: false },
    { draw: 48, direction: 'under', target: 50, won: true },
    { draw: 0, direction: 'under', target: 2, won: true },
    { draw: 99, direction: 'over', target: 99, won: true },
  ])('draw $draw, $direction $target: won is $won', ({ draw, direction, target, won }) => {
    const { outcome, pays } = dice.play([draw], { direction, target })
    expect(outcome).toEqual({ roll: draw + 1 })
    expect(pays.numerator > 0).toBe(won)
  })

  test('returns within 4 standard deviations of the exact figure over 20,000 fixed rounds', () => {
    const deviation = (1.98 * 0.5) / Math.sqrt(20_000)
    const returned = simulatedReturn(dice, { direction: 'under', target: 51 }, 20_000)
    expect(Math.abs(returned - 0.99)).toBeLessThan(4 * deviation)
  })
})

describe('what is shown and what is asked', () => {
  test('the paytable shows fractions', () => {
    const [first] = toGameWithPaytable(dice).paytable
    expect(first).toEqual({
      choice: { direction: 'over', target: 2 },
      prizes: [{ chance: '49/50', pays: '99/98' }],
      returnToPlayer: '99/100',
    })
  })

  test('the documented body accepts any object; the rules of the game in the path decide', () => {
    const body = { bet: 10, currency: 'COIN', side: 'heads' }
    expect(NewPlayBody.safeParse(body).success).toBe(true)
    expect(parsePlay(coinflip, body)).toMatchObject({
      ok: true,
      play: { choice: { side: 'heads' } },
    })
    expect(parsePlay(dice, body)).toMatchObject({ ok: false })
  })
})
