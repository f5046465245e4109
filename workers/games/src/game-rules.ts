/** What a game is, and its odds: counted over every choice and every draw there is, never estimated. */
import type { z } from '@hono/zod-openapi'
import { add, compare, type Fraction, fraction, multiply } from './fractions.ts'

/** Flat, so that a form can ask for it and a table can show it. */
export type Facts = Record<string, string | number>
/** What the draws mean for a choice. `pays` is a multiple of the bet: 0 when it is lost, never below 1 when it is won. */
export type Played<O = Facts> = { outcome: O; pays: Fraction }
export type Prize = { chance: Fraction; pays: Fraction }
export type PaytableLine = { choice: Facts; prizes: Prize[]; returnToPlayer: Fraction }

/** What a player sees of a round that waits for them, and what they may do. */
export type Waiting<O = Facts> = { outcome: O; actions: readonly string[] }

/** Of a game in which the player acts after the draws: all pure functions of the draws and of the actions so far. */
type Steps<O = Facts> = {
  /** Every action that there is. */
  actions: readonly string[]
  /** What is done for a player who does nothing for too long. */
  whenLate: string
  /** How often the bet can be staked at most. */
  stakesMax: number
  /** How often the bet is staked after these actions. */
  stakesOf: (taken: readonly string[]) => number
  /** Undefined when the round has ended. */
  waiting: (draws: readonly number[], taken: readonly string[]) => Waiting<O> | undefined
}

type Definition<C extends z.ZodObject, O extends z.ZodObject> = {
  id: string
  /** Part of what is hashed. Count it up with any change that could give a draw another meaning. */
  version: number
  name: string
  rules: string
  choice: C
  /** Every choice that `choice` accepts. */
  choices: readonly (z.infer<C> & Facts)[]
  outcome: O
  /** Draw n is an integer from 0 to `bounds[n] - 1`. */
  bounds: readonly number[]
  /** How the round ends when nothing follows the actions that were taken; a game of one step has none. */
  play: (
    draws: readonly number[],
    choice: z.infer<C>,
    taken: readonly string[],
  ) => Played<z.infer<O> & Facts>
  steps?: Steps<z.infer<O> & Facts>
  /** Given where there is more to count than a request may take: then a test counts it. */
  odds?: PaytableLine[]
}

export type Game<C extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject> = Omit<
  Definition<C, O>,
  'choices' | 'play' | 'odds' | 'steps'
> & {
  play: (draws: readonly number[], choice: Facts, taken?: readonly string[]) => Played
  steps?: Steps
  /** Counted at the first call, which is too much work for the start of every isolate. */
  paytable: () => PaytableLine[]
}

/** A game whose rules are typed inside, and which any caller can play. */
export function defineGame<C extends z.ZodObject, O extends z.ZodObject>(
  definition: Definition<C, O>,
): Game<C, O> {
  const { choices, play, odds, ...described } = definition
  let counted = odds
  return {
    ...described,
    play: (draws, choice, taken = []) => play(draws, definition.choice.parse(choice), taken),
    paytable: () => (counted ??= choices.map((choice) => lineOf(definition, choice))),
  }
}

function lineOf<C extends z.ZodObject, O extends z.ZodObject>(
  { bounds, play }: Definition<C, O>,
  choice: z.infer<C> & Facts,
): PaytableLine {
  const draws = allDraws(bounds)
  const multiples = draws.map((each) => play(each, choice, []).pays)
  const wins = multiples.filter(({ numerator }) => numerator > 0)
  const groups = Map.groupBy(wins, (pays) => pays.numerator / pays.denominator)
  const prizes = [...groups.values()].map((group): Prize => {
    return { chance: fraction(group.length, draws.length), pays: group[0] ?? fraction(0) }
  })
  const parts = prizes.map(({ chance, pays }) => multiply(chance, pays))
  return { choice, prizes, returnToPlayer: parts.reduce(add, fraction(0)) }
}

/** Every combination of draws; each is equally likely. */
function allDraws(bounds: readonly number[]): number[][] {
  let combinations: number[][] = [[]]
  for (const bound of bounds) {
    combinations = combinations.flatMap((start) =>
      Array.from({ length: bound }, (_, draw) => [...start, draw]),
    )
  }
  return combinations
}

/** What comes back of what is staked in the long run, before payouts are rounded down, with the worst choice. */
export function returnToPlayer(game: Game): Fraction {
  const returns = game.paytable().map((line) => line.returnToPlayer)
  return returns.reduce((worst, each) => (compare(each, worst) < 0 ? each : worst))
}

/** What the house keeps: 1 - the return to the player. */
export function houseEdge(game: Game): Fraction {
  const { numerator, denominator } = returnToPlayer(game)
  return fraction(denominator - numerator, denominator)
}
