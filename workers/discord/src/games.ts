/** How each game is played from Discord: its subcommand, the choice that its options make, and its outcome in words. */
import { z } from 'zod'
import type { Definition } from './commands/command.ts'
import { limits, optionType } from './protocol.ts'
import { escaped } from './text.ts'

type Choice = Record<string, string | number>
type Option = NonNullable<Definition['options']>[number]
export type GameCommand = {
  /** The subcommand. */
  name: string
  gameId: string
  description: string
  options: Option[]
  choice: z.ZodType<Choice>
  /** What was bet on, behind "on". Empty: there is nothing to choose. */
  betOn: (choice: Choice) => string
  /** What came, as a sentence. */
  came: (outcome: unknown) => string
}

const words = (name: string, description: string, values: readonly string[]): Option => ({
  type: optionType.string,
  name,
  description,
  required: true,
  choices: values.map((value) => ({ name: value, value })),
})

const sides = ['heads', 'tails'] as const
const directions = ['over', 'under'] as const
const calls = ['higher', 'lower', 'same'] as const
const places = [
  'red',
  'black',
  'odd',
  'even',
  'low',
  'high',
  'first-dozen',
  'second-dozen',
  'third-dozen',
  'first-column',
  'second-column',
  'third-column',
]

const coinflip: GameCommand = {
  name: 'coinflip',
  gameId: 'coinflip',
  description: 'Heads or tails',
  options: [words('side', 'What you bet on', sides)],
  choice: z.strictObject({ side: z.enum(sides) }),
  betOn: ({ side }) => ` on ${side}`,
  came: (outcome) => `It is **${z.object({ side: z.enum(sides) }).parse(outcome).side}**`,
}

const dice: GameCommand = {
  name: 'dice',
  gameId: 'dice',
  description: 'Roll 1 to 100, over or under your target',
  options: [
    words('direction', 'Where the roll must be', directions),
    {
      type: optionType.integer,
      name: 'target',
      description: '2 to 99; the target itself loses',
      required: true,
      min_value: 2,
      max_value: 99,
    },
  ],
  choice: z.strictObject({ direction: z.enum(directions), target: z.int().min(2).max(99) }),
  betOn: ({ direction, target }) => ` on ${direction} ${target}`,
  came: (outcome) => `It is **${z.object({ roll: z.int() }).parse(outcome).roll}**`,
}

const slots: GameCommand = {
  name: 'slots',
  gameId: 'slots',
  description: 'Three reels; the rarer the symbol, the more three of it pay',
  options: [],
  choice: z.strictObject({}),
  betOn: () => '',
  came: (outcome) => {
    const { reel1, reel2, reel3 } = Reels.parse(outcome)
    return `${pictureOf(reel1)} ${pictureOf(reel2)} ${pictureOf(reel3)}`
  },
}
const Reels = z.object({ reel1: z.string(), reel2: z.string(), reel3: z.string() })
const pictures: Record<string, string> = {
  cherry: '🍒',
  lemon: '🍋',
  plum: '🍇',
  bell: '🔔',
  star: '⭐',
  seven: '7️⃣',
}
const pictureOf = (symbol: string) => pictures[symbol] ?? escaped(symbol, limits.choiceName)

const roulette: GameCommand = {
  name: 'roulette',
  gameId: 'roulette',
  description: 'One zero; bet on a colour, a half, a dozen, a column or a number',
  options: [
    {
      type: optionType.string,
      name: 'on',
      description: 'red, black, odd, even, low, high, first-dozen, first-column … or 0 to 36',
      required: true,
      autocomplete: true,
      max_length: 16,
    },
  ],
  choice: z.strictObject({
    on: z
      .string()
      .trim()
      .toLowerCase()
      .refine((on) => places.includes(on) || isPocket(on)),
  }),
  betOn: ({ on }) => ` on ${on}`,
  came: (outcome) => {
    const { pocket, colour } = z
      .object({ pocket: z.int(), colour: z.enum(['red', 'black', 'green']) })
      .parse(outcome)
    return `The ball lies on **${pocket} ${colour}**`
  },
}
const isPocket = (on: string) => /^([0-9]|[12][0-9]|3[0-6])$/.test(on)

/** What can be bet on in roulette and begins as typed. */
export const placesLike = (typed: string): string[] => {
  const wanted = typed.trim().toLowerCase()
  const numbers = Array.from({ length: 37 }, (_, pocket) => String(pocket))
  return [...places, ...numbers].filter((place) => place.startsWith(wanted))
}

const highLow: GameCommand = {
  name: 'highlow',
  gameId: 'high-low',
  description: 'Is the second card higher, lower or the same?',
  options: [words('call', 'What the second card is', calls)],
  choice: z.strictObject({ call: z.enum(calls) }),
  betOn: ({ call }) => ` on ${call}`,
  came: (outcome) => {
    const { first, second } = z.object({ first: z.string(), second: z.string() }).parse(outcome)
    return `${cardsOf(first)} and then **${cardsOf(second)}**`
  },
}

/** `AS 10H` as `A♠ 10♥`. */
export const cardsOf = (text: string): string =>
  text.replaceAll(/[CDHS](?= |$)/g, (suit) => ({ C: '♣', D: '♦', H: '♥', S: '♠' })[suit] ?? suit)

/** Those that end with one draw; blackjack goes in steps. */
export const games: readonly GameCommand[] = [coinflip, dice, slots, roulette, highLow]
