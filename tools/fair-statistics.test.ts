import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repository } from './workers.ts'

// By path: Worker code whose types are those of its own runtime.
const load = (path: string) => import(join(repository, path)) as Promise<Record<string, never>>
type Draw = (words: Iterator<number, never>, bound: number) => number
type Source = Record<'serverSeed' | 'clientSeed' | 'game', string> & {
  nonce: number
  version: number
}
type Fraction = { numerator: number; denominator: number }
type Line = {
  choice: object
  prizes: { chance: Fraction; pays: Fraction }[]
  returnToPlayer: Fraction
}
type Game = {
  id: string
  version: number
  bounds: number[]
  steps?: object
  play: (draws: number[], choice: object) => { pays: Fraction }
  paytable: () => Line[]
}
const { commitmentTo, drawBelow, drawsOf, wordsOf } = (await load(
  'workers/games/src/fairness.ts',
)) as unknown as {
  commitmentTo: (seed: string) => string
  drawBelow: Draw
  drawsOf: (source: Source, bounds: number[]) => number[]
  wordsOf: (source: Source) => Iterator<number, never>
}
const { games } = (await load('workers/games/src/games/index.ts')) as unknown as { games: Game[] }

const drawsCount = 1_000_000
const drawsPerRound = 8
const seedOf = (text: string) => createHash('sha256').update(text).digest('hex')
const sourceOf = ({ id, version }: Game, nonce: number): Source => ({
  serverSeed: seedOf(`statistics of ${id}`),
  clientSeed: 'ada',
  nonce,
  game: id,
  version,
})

/** A million integers below the game's first bound, drawn as its rounds draw them, from fixed seeds. */
function sample(game: Game, draw: Draw): Uint8Array {
  const bound = game.bounds[0]!
  const drawn = new Uint8Array(drawsCount)
  for (let index = 0; index < drawsCount;) {
    const words = wordsOf(sourceOf(game, 1 + index / drawsPerRound))
    for (let turn = 0; turn < drawsPerRound; turn++) drawn[index++] = draw(words, bound)
  }
  return drawn
}

/** 99.9 % of fair sources stay below this (Wilson and Hilferty's approximation). */
const criticalOf = (freedom: number) =>
  freedom * (1 - 2 / (9 * freedom) + 3.0902 * Math.sqrt(2 / (9 * freedom))) ** 3
/** 99.9 % of fair sources deviate by fewer standard deviations. */
const deviationsMax = 3.2905

function chiSquare(counts: Float64Array): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

function isEven(drawn: Uint8Array, bound: number): boolean {
  const counts = new Float64Array(bound)
  for (const each of drawn) counts[each]! += 1
  return chiSquare(counts) < criticalOf(bound - 1)
}

/** Each pair of neighbours, of which none is in two pairs, as often as any other. */
function hasEvenPairs(drawn: Uint8Array, bound: number): boolean {
  const counts = new Float64Array(bound * bound)
  for (let at = 0; at + 1 < drawn.length; at += 2) counts[drawn[at]! * bound + drawn[at + 1]!]! += 1
  return chiSquare(counts) < criticalOf(bound * bound - 1)
}

/** Wald and Wolfowitz: as many changes between the lower and the upper part as chance makes. */
function hasEvenRuns(drawn: Uint8Array, bound: number): boolean {
  const isHigh = Array.from(drawn, (each) => each * 2 >= bound)
  const high = isHigh.filter(Boolean).length
  const [total, low] = [drawn.length, drawn.length - high]
  const runs = 1 + isHigh.filter((each, at) => at > 0 && each !== isHigh[at - 1]).length
  const mean = (2 * high * low) / total + 1
  const deviation = Math.sqrt(((mean - 1) * (mean - 2)) / (total - 1))
  return Math.abs(runs - mean) < deviationsMax * deviation
}

function isUncorrelated(drawn: Uint8Array): boolean {
  const mean = drawn.reduce((sum, each) => sum + each, 0) / drawn.length
  let [covariance, variance] = [0, 0]
  for (let at = 0; at < drawn.length; at++) {
    variance += (drawn[at]! - mean) ** 2
    if (at > 0) covariance += (drawn[at]! - mean) * (drawn[at - 1]! - mean)
  }
  return Math.abs(covariance / variance) < deviationsMax / Math.sqrt(drawn.length)
}

/** Which of the tests the source fails; none, if it is fair. */
function failures(game: Game, draw: Draw): string[] {
  const drawn = sample(game, draw)
  const bound = game.bounds[0]!
  const verdicts = {
    'chi-square': isEven(drawn, bound),
    pairs: hasEvenPairs(drawn, bound),
    runs: hasEvenRuns(drawn, bound),
    correlation: isUncorrelated(drawn),
  }
  return Object.entries(verdicts).flatMap(([name, passed]) => (passed ? [] : [name]))
}

/** The mistake that everybody makes: the first numbers come up more often, unless the bound is a power of two. */
const byteModulo: Draw = (words, bound) => (words.next().value & 255) % bound

describe('a million draws of each game', () => {
  test.each(games)(
    '$id: even, in single and in pairs, with even runs and no correlation',
    (game) => {
      expect(failures(game, drawBelow)).toEqual([])
    },
    60_000,
  )

  test.each(games.filter(({ bounds }) => bounds[0] !== 2))(
    '$id: with byte % n in its place the same tests fail',
    (game) => {
      expect(failures(game, byteModulo)).toContain('chi-square')
    },
    60_000,
  )

  test('a source that repeats itself fails the tests of order', () => {
    const [coinflip] = games.filter(({ id }) => id === 'coinflip') as [Game]
    let turn = 0
    expect(failures(coinflip, () => turn++ % 2)).toEqual(['pairs', 'runs', 'correlation'])
  }, 60_000)
})

describe('what is returned', () => {
  const value = ({ numerator, denominator }: Fraction) => numerator / denominator
  const single = games.filter(({ steps }) => !steps)

  test.each(single)(
    '$id: a hundred thousand rounds return the exact figure within 4 sigma',
    (game) => {
      const rounds = 100_000
      const line = game.paytable().at(-1)!
      const expected = value(line.returnToPlayer)
      const squares = line.prizes.map(({ chance, pays }) => value(chance) * value(pays) ** 2)
      const variance = squares.reduce((sum, each) => sum + each, 0) - expected ** 2
      let returned = 0
      for (let nonce = 1; nonce <= rounds; nonce++) {
        const draws = drawsOf(sourceOf(game, nonce), game.bounds)
        returned += value(game.play(draws, line.choice).pays)
      }
      const sigma = Math.sqrt(variance / rounds)
      expect(Math.abs(returned / rounds - expected)).toBeLessThan(4 * sigma)
    },
    60_000,
  )
})

describe('the commitment', () => {
  test('tells nothing of the outcome: who plays with it as the seed, or by its digits, guesses like anybody', () => {
    const pairs = 20_000
    let [asSeed, byDigits] = [0, 0]
    for (let pair = 0; pair < pairs; pair++) {
      const serverSeed = seedOf(`pair ${pair}`)
      const source = { serverSeed, clientSeed: 'ada', nonce: 1, game: 'coinflip', version: 1 }
      const commitment = commitmentTo(serverSeed)
      const [side] = drawsOf(source, [2])
      if (drawsOf({ ...source, serverSeed: commitment }, [2])[0] === side) asSeed += 1
      if (Number.parseInt(commitment.slice(-8), 16) % 2 === side) byDigits += 1
    }
    const four = 4 * Math.sqrt(pairs / 4)
    expect(Math.abs(asSeed - pairs / 2)).toBeLessThan(four)
    expect(Math.abs(byDigits - pairs / 2)).toBeLessThan(four)
  }, 60_000)
})
