/** The median of a board and the median of the distances from it, exact, by the order that the rank index keeps. */
import type { Spread } from './fraud-rules.ts'

type Ordered = { total: number; placeAt(index: number): number[] }

/** Reads at most a bucket for each halving: some 60 places of a board of a million, and none twice. */
export function spreadOf(ordered: Ordered): Spread {
  const entries = ordered.total
  if (entries === 0) return { entries, median: 0, deviation: 0 }
  const at = (index: number) => ordered.placeAt(index)[0]!
  const median = middleOf(entries, at)
  const below = firstFrom(entries, (index) => at(index) >= median)
  const distances = {
    below: (index: number) => median - at(below - 1 - index),
    above: (index: number) => at(below + index) - median,
  }
  const kth = (index: number) => kthOfTwo(index, [below, entries - below], distances)
  return { entries, median, deviation: middleOf(entries, kth) }
}

const middleOf = (count: number, at: (index: number) => number): number =>
  (at((count - 1) >> 1) + at(count >> 1)) / 2

/** The first index for which it holds, given that it holds from there on. */
function firstFrom(count: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

type Two = { below: (index: number) => number; above: (index: number) => number }

/** What has the index in two ascending lists merged. */
function kthOfTwo(index: number, [left, right]: [number, number], { below, above }: Two): number {
  const least = Math.max(0, index + 1 - right)
  const most = Math.min(index + 1, left)
  // How many of the `index + 1` smallest come from `below`: as few as make the rest of them no larger than what is left.
  const taken =
    least + firstFrom(most - least, (more) => above(index - least - more) <= below(least + more))
  const rest = index + 1 - taken
  const ends = [taken > 0 ? below(taken - 1) : -Infinity, rest > 0 ? above(rest - 1) : -Infinity]
  return Math.max(...ends)
}
