/**
 * The odds of blackjack with the best play that knows every card it has seen: counted over every order of the pack, in
 * integers. It shares no code with the game; `blackjack.test.ts` compares what the game stores with it.
 */

/** How many cards of each value are left; index 1 is the ace, index 10 the tens and pictures. */
type Left = number[]
/** How often a round ends so: lost, given back, won, each with one stake and with two. Counts of orders, so integers. */
type Ends = [bigint, bigint, bigint, bigint, bigint, bigint]
const nets = [-1n, 0n, 1n, -2n, 0n, 2n] as const
const noEnds = (): Ends => [0n, 0n, 0n, 0n, 0n, 0n]
const netOf = (ends: Ends) => ends.reduce((sum, count, end) => sum + count * nets[end]!, 0n)
const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const

/** No hand of player and dealer together needs more cards than this, so orders of so many cards are counted. */
const countedCards = 26
const sizeOf = (left: Left) => left.reduce((sum, count) => sum + count, 0)
/** In how many orders the cards after these can follow, up to the counted ones. */
const ordersAfter: bigint[] = [1n]
for (let size = 1; size <= countedCards; size++) {
  ordersAfter[size] = ordersAfter[size - 1]! * BigInt(52 - countedCards + size)
}
const orders = (size: number): bigint => ordersAfter[size - (52 - countedCards)]!

const without = (left: Left, value: number): Left =>
  left.map((count, each) => (each === value ? count - 1 : count))
const total = (hard: number, aces: number) => (aces > 0 && hard <= 11 ? hard + 10 : hard)

/** What the dealer can draw to a card that is shown: which cards, in how many orders, and the total they make. */
type Completion = {
  cards: { value: number; times: number }[]
  drawn: number
  ways: number
  total: number
}

function completionsOf(shown: number): Completion[] {
  const found = new Map<string, Completion>()
  const draw = (drawn: number[], hard: number, aces: number): void => {
    const made = total(hard, aces)
    if (drawn.length > 0 && made >= 17) {
      // A blackjack ends the round before anybody acts.
      if (drawn.length === 1 && made === 21) return
      const sorted = drawn.toSorted((a, b) => a - b)
      const known = found.get(sorted.join())
      if (known) known.ways += 1
      else found.set(sorted.join(), { ...grouped(sorted), ways: 1, total: made })
      return
    }
    for (const value of values) {
      if (value === 1 && drawn.filter((each) => each === 1).length === 4) continue
      draw([...drawn, value], hard + value, aces + (value === 1 ? 1 : 0))
    }
  }
  draw([], shown, shown === 1 ? 1 : 0)
  return [...found.values()]
}

const grouped = (sorted: number[]) => ({
  cards: [...Map.groupBy(sorted, (value) => value)].map(([value, all]) => ({
    value,
    times: all.length,
  })),
  drawn: sorted.length,
})

const completions = new Map(values.map((shown) => [shown as number, completionsOf(shown)]))

/** In how many orders the dealer ends below, level with and above this total; a total above 21 is below. */
function dealerEnds(left: Left, shown: number, own: number): [bigint, bigint, bigint] {
  const byDrawn: number[][] = []
  for (const completion of completions.get(shown)!) {
    let { ways } = completion
    for (const { value, times } of completion.cards) {
      for (let taken = 0; taken < times; taken++) ways *= Math.max(0, left[value]! - taken)
    }
    if (ways === 0) continue
    const place =
      completion.total > 21 || completion.total < own ? 0 : completion.total === own ? 1 : 2
    const counts = (byDrawn[completion.drawn] ??= [0, 0, 0])
    counts[place]! += ways
    if (!Number.isSafeInteger(counts[place])) throw new RangeError('Too many orders to count.')
  }
  const size = sizeOf(left)
  const ends: [bigint, bigint, bigint] = [0n, 0n, 0n]
  byDrawn.forEach((counts, drawn) => {
    counts.forEach((count, place) => {
      ends[place]! += BigInt(count) * orders(size - drawn)
    })
  })
  return ends
}

/** The orders in which the dealer's hidden card does not make a blackjack: all that are left when the player acts. */
function ordersLeft(left: Left, shown: number): bigint {
  const size = sizeOf(left)
  const completing = shown === 1 ? left[10]! : shown === 10 ? left[1]! : 0
  return BigInt(size - completing) * orders(size - 1)
}

type Hand = { left: Left; hard: number; aces: number; cards: number }
const taking = ({ left, hard, aces, cards }: Hand, value: number): Hand => ({
  left: without(left, value),
  hard: hard + value,
  aces: aces + (value === 1 ? 1 : 0),
  cards: cards + 1,
})

function standing({ left, hard, aces }: Hand, shown: number): Ends {
  const [won, level, lost] = dealerEnds(left, shown, total(hard, aces))
  return [lost, level, won, 0n, 0n, 0n]
}

/** One more card and whatever follows it, weighed by how many such cards are left. */
function drawing({ left, ...hand }: Hand, shown: number, then: (next: Hand) => Ends): Ends {
  const ends = noEnds()
  for (const value of values) {
    if (left[value] === 0) continue
    const next = taking({ left, ...hand }, value)
    const after: Ends =
      next.hard > 21 ? [ordersLeft(next.left, shown), 0n, 0n, 0n, 0n, 0n] : then(next)
    after.forEach((count, end) => {
      ends[end]! += BigInt(left[value]!) * count
    })
  }
  return ends
}

const doubled = ([lost, level, won]: Ends): Ends => [0n, 0n, 0n, lost, level, won]

/** The best that can be made of a hand. */
function bestOf(hand: Hand, shown: number, known: Map<string, Ends>): Ends {
  const name = hand.left.join()
  const seen = known.get(name)
  if (seen) return seen
  const stand = standing(hand, shown)
  let best = stand
  if (total(hand.hard, hand.aces) < 21) {
    const hit = drawing(hand, shown, (next) => bestOf(next, shown, known))
    const double =
      hand.cards === 2 ? doubled(drawing(hand, shown, (next) => standing(next, shown))) : stand
    for (const other of [hit, double]) if (netOf(other) > netOf(best)) best = other
  }
  known.set(name, best)
  return best
}

export type Odds = { orders: bigint; pays: Map<number, bigint>; net: bigint }
/** `weight` is in how many ways these three cards come. */
type Deal = { hand: Hand; shown: number; weight: bigint }

/** Every first hand with every card of the dealer's that is shown. */
function deals(): Deal[] {
  const pack: Left = [0, 4, 4, 4, 4, 4, 4, 4, 4, 4, 16]
  const empty: Hand = { left: pack, hard: 0, aces: 0, cards: 0 }
  return values.flatMap((shown) =>
    values.flatMap((first) =>
      values.flatMap((second): Deal[] => {
        const rest = without(pack, shown)
        const ways = pack[shown]! * rest[first]! * without(rest, first)[second]!
        const hand = taking(taking({ ...empty, left: rest }, first), second)
        return ways > 0 ? [{ hand, shown, weight: BigInt(ways) }] : []
      }),
    ),
  )
}

/** How often something happens, what is paid then, and what was staked, in halves of the bet. */
type Payment = { times: bigint; paid: number; staked: number }

function paymentsOf({ hand, shown }: Deal, known: Map<string, Ends>): Payment[] {
  const usual = ordersLeft(hand.left, shown)
  const dealersBlackjack = orders(sizeOf(hand.left)) - usual
  if (total(hand.hard, hand.aces) === 21) {
    return [
      { times: usual, paid: 5, staked: 2 },
      { times: dealersBlackjack, paid: 2, staked: 2 },
    ]
  }
  const paid = [0, 2, 4, 0, 4, 8]
  const ends = bestOf(hand, shown, known).map((times, end) => ({
    times,
    paid: paid[end]!,
    staked: end < 3 ? 2 : 4,
  }))
  return [...ends, { times: dealersBlackjack, paid: 0, staked: 2 }]
}

/** Of all `orders`, how many pay what (in halves of the bet), and the sum of what is won less what is lost, in halves too. */
export function countOdds(): Odds {
  const pays = new Map<number, bigint>()
  const known = new Map(values.map((shown) => [shown as number, new Map<string, Ends>()]))
  let net = 0n
  for (const deal of deals()) {
    for (const { times, paid, staked } of paymentsOf(deal, known.get(deal.shown)!)) {
      const count = deal.weight * times
      pays.set(paid, (pays.get(paid) ?? 0n) + count)
      net += count * BigInt(paid - staked)
    }
  }
  return { orders: orders(52), pays, net }
}
