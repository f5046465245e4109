/** A pack of 52 cards and how draws shuffle it: Fisher–Yates from the front, so that the first cards need few draws. */

const ranks = ['A', '2', '3', '4', '5', '6', '7', '8', '9', '10', 'J', 'Q', 'K'] as const
const suits = ['C', 'D', 'H', 'S'] as const
export const packSize = 52

/** Clubs from ace to king, then diamonds, hearts and spades: "AC" is card 0, "KS" card 51. */
export const cardNames: readonly string[] = suits.flatMap((suit) =>
  ranks.map((rank) => rank + suit),
)

/** From 1, the ace, to 13, the king. */
export const rankOf = (card: number): number => (card % ranks.length) + 1

/** One or more cards by name, separated by a space. */
export const cardsPattern = /^(?:10|[2-9AJQK])[CDHS](?: (?:10|[2-9AJQK])[CDHS])*$/
export const named = (cards: readonly number[]): string =>
  cards.map((card) => cardNames[card]).join(' ')

/** What the draws for the first `count` cards are below: place n takes one of the cards that are left. */
export const shuffleBounds = (count: number): number[] =>
  Array.from({ length: count }, (_, place) => packSize - place)

/** The first cards of the shuffled pack: draw n swaps the card at place n with the one so many places behind it. */
export function shuffled(draws: readonly number[]): number[] {
  const pack = Array.from({ length: packSize }, (_, card) => card)
  draws.forEach((draw, place) => {
    const [taken, kept] = [pack[place + draw]!, pack[place]!]
    pack[place] = taken
    pack[place + draw] = kept
  })
  return pack.slice(0, draws.length)
}
