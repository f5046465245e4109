/**
 * The buckets of a rank index, in order: a column of numbers for each thing that is known of one, so that looking for one of ten
 * thousand touches a few pages of memory and makes nothing.
 */
import type { Position } from './board-commands.ts'

/** `from`: where the bucket begins; it ends where the next one begins. */
export type Counts = { from: Position; count: number; firsts: number }

/** A bucket whose places are not in memory. */
export const nowhere = -1

export class Buckets {
  private length = 0
  private starts: Float64Array[]
  /** Entries; those of them that are ahead of all others with their keys; where their places are; when somebody asked. */
  counts: Int32Array
  firsts: Int32Array
  slots: Int32Array
  used: Int32Array

  /** The first begins ahead of everything. */
  constructor(some: Counts[]) {
    this.starts = Array.from({ length: 4 }, () => new Float64Array(some.length))
    const [counts, firsts, slots, used] = [0, 1, 2, 3].map(() => new Int32Array(some.length))
    this.counts = counts!
    this.firsts = firsts!
    this.slots = slots!
    this.used = used!
    for (const each of some) this.insert(this.length, each)
  }

  get count(): number {
    return this.length
  }

  startOf(at: number): Position {
    const [first, second, third, ties] = this.starts
    return [first![at]!, second![at]!, third![at]!, ties![at]!]
  }

  /** The last that begins at a place or ahead of it. */
  find(place: Position): number {
    const first = this.starts[0]!
    const key = place[0]!
    let [found, size] = [0, this.length]
    // Without a branch, which would be guessed wrong every other time.
    while (size > 1) {
      const half = size >> 1
      found += first[found + half]! <= key ? half : 0
      size -= half
    }
    return first[found] === key ? this.findTied(found, place) : found
  }

  /** Its places are nowhere yet. */
  insert(at: number, { from, count, firsts }: Counts): void {
    if (this.length === this.counts.length) this.grow()
    for (const column of this.columns()) column.copyWithin(at + 1, at, this.length)
    this.length += 1
    for (const [index, column] of this.starts.entries()) column[at] = from[index]!
    this.counts[at] = count
    this.firsts[at] = firsts
    this.slots[at] = nowhere
    this.used[at] = 0
  }

  remove(at: number): void {
    for (const column of this.columns()) column.copyWithin(at, at + 1, this.length)
    this.length -= 1
  }

  private columns() {
    return [...this.starts, this.counts, this.firsts, this.slots, this.used]
  }

  /** The same among those up to `last`, which begins with the same key. */
  private findTied(last: number, place: Position): number {
    let [low, high] = [0, last]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.isUpTo(middle, place)) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Whether it begins at a place or ahead of it. */
  private isUpTo(at: number, place: Position): boolean {
    for (let index = 0; index < place.length; index++) {
      const own = this.starts[index]![at]!
      if (own !== place[index]) return own < place[index]!
    }
    return true
  }

  private grow(): void {
    const capacity = this.length + (this.length >> 2) + 4
    const larger = (column: Int32Array) => {
      const grown = new Int32Array(capacity)
      grown.set(column)
      return grown
    }
    this.starts = this.starts.map((column) => {
      const grown = new Float64Array(capacity)
      grown.set(column)
      return grown
    })
    this.counts = larger(this.counts)
    this.firsts = larger(this.firsts)
    this.slots = larger(this.slots)
    this.used = larger(this.used)
  }
}
