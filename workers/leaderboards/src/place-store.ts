/**
 * The places of the buckets that are in memory, each bucket's in order: a column of numbers for each key of the board and one for
 * the tie-break. They lie in a few large blocks, for memory that is spread over many small ones is slow to reach. A search looks at
 * the first key only, until entries are tied.
 */
import type { Position } from './board-commands.ts'

/** Slots of the first block; each further one has twice as many as the one before, and at most 1,024. */
const firstSlots = 4
const doublings = 8
const mostSlots = firstSlots * 2 ** doublings

export class PlaceStore {
  private readonly keys: number
  private readonly capacity: number
  private readonly blocks: Float64Array[] = []
  private readonly free: number[] = []
  private lengths = new Int32Array(0)

  /** For boards of so many keys, and `capacity` places at most in a slot. */
  constructor(keys: number, capacity: number) {
    this.keys = keys
    this.capacity = capacity
  }

  /** Bytes of a slot. */
  get slotBytes(): number {
    return this.slotNumbers * Float64Array.BYTES_PER_ELEMENT
  }

  /** A slot without places. */
  take(): number {
    if (this.free.length === 0) this.addBlock()
    const slot = this.free.pop()!
    this.lengths[slot] = 0
    return slot
  }

  giveBack(slot: number): void {
    this.free.push(slot)
  }

  countOf(slot: number): number {
    return this.lengths[slot]!
  }

  at(slot: number, index: number): Position {
    const [block, start] = this.find(slot)
    const key = (column: number) =>
      column < this.keys ? block[start + column * this.capacity + index]! : 0
    return [key(0), key(1), key(2), block[start + this.keys * this.capacity + index]!]
  }

  /** How many of a slot are ahead of a place. */
  before(slot: number, place: Position): number {
    const number = blockOf(slot)
    const block = this.blocks[number]!
    const start = (slot - firstOf(number)) * this.slotNumbers
    const key = place[0]!
    let [at, size] = [start, this.lengths[slot]!]
    const end = start + size
    // Without a branch, which would be guessed wrong every other time.
    while (size > 0) {
      const half = (size + 1) >> 1
      at += block[at + half - 1]! < key ? half : 0
      size -= half
    }
    if (at === end || block[at] !== key || this.compare(block, at, place) >= 0) return at - start
    return this.beforeOfTied(block, [at + 1, end], place) - start
  }

  isAt(slot: number, index: number, place: Position): boolean {
    const [block, start] = this.find(slot)
    return index < this.countOf(slot) && this.compare(block, start + index, place) === 0
  }

  /** Whether the entry is there and has these keys, whatever its tie-break. */
  hasKeys(slot: number, index: number, place: Position): boolean {
    if (index < 0 || index >= this.countOf(slot)) return false
    const own = this.at(slot, index)
    return own[0] === place[0] && own[1] === place[1] && own[2] === place[2]
  }

  /** How many from `first` on and before `end` differ in their keys from the one ahead. */
  starts(slot: number, first: number, end: number): number {
    let starts = 0
    for (let index = first; index < end; index++) {
      if (!this.hasKeys(slot, index - 1, this.at(slot, index))) starts += 1
    }
    return starts
  }

  /** Takes places in order, each its keys and its tie-break, that are behind all that the slot has. */
  append(slot: number, places: number[][]): void {
    const [block, start] = this.find(slot)
    const length = this.grown(slot, places.length)
    for (const [index, place] of places.entries()) {
      for (let column = 0; column <= this.keys; column++) {
        block[start + column * this.capacity + length + index] = place[column]!
      }
    }
  }

  insert(slot: number, index: number, place: Position): void {
    const [block, start] = this.find(slot)
    const length = this.grown(slot, 1)
    for (let column = 0; column <= this.keys; column++) {
      const from = start + column * this.capacity
      block.copyWithin(from + index + 1, from + index, from + length)
      block[from + index] = column < this.keys ? place[column]! : place[3]!
    }
  }

  remove(slot: number, index: number): void {
    const [block, start] = this.find(slot)
    const length = this.lengths[slot]!
    for (let column = 0; column <= this.keys; column++) {
      const from = start + column * this.capacity
      block.copyWithin(from + index, from + index + 1, from + length)
    }
    this.lengths[slot] = length - 1
  }

  /** Moves those of a slot from `first` on behind those of another. */
  move(slot: number, first: number, to: number): void {
    const [block, start] = this.find(slot)
    const [target, targetStart] = this.find(to)
    const end = this.countOf(slot)
    const length = this.grown(to, end - first)
    for (let column = 0; column <= this.keys; column++) {
      const from = start + column * this.capacity
      const moved = block.subarray(from + first, from + end)
      target.set(moved, targetStart + column * this.capacity + length)
    }
    this.lengths[slot] = first
  }

  private get slotNumbers(): number {
    return (this.keys + 1) * this.capacity
  }

  /** The block of a slot, and where the slot begins in it. */
  private find(slot: number): [Float64Array, number] {
    const block = blockOf(slot)
    return [this.blocks[block]!, (slot - firstOf(block)) * this.slotNumbers]
  }

  private addBlock(): void {
    const block = this.blocks.length
    const [first, end] = [firstOf(block), firstOf(block + 1)]
    this.blocks.push(new Float64Array((end - first) * this.slotNumbers))
    const lengths = new Int32Array(end)
    lengths.set(this.lengths)
    this.lengths = lengths
    for (let slot = end - 1; slot >= first; slot--) this.free.push(slot)
  }

  /** The length before so many more. */
  private grown(slot: number, more: number): number {
    const length = this.lengths[slot]!
    if (length + more > this.capacity) throw new RangeError('More places than a slot takes.')
    this.lengths[slot] = length + more
    return length
  }

  private beforeOfTied(
    block: Float64Array,
    [first, end]: [number, number],
    place: Position,
  ): number {
    let [low, high] = [first, end]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.compare(block, middle, place) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Below 0 when what has its first key at `at` is ahead of a place. */
  private compare(block: Float64Array, at: number, place: Position): number {
    for (let key = 0; key < this.keys; key++) {
      const own = block[at + key * this.capacity]!
      if (own !== place[key]) return own < place[key]! ? -1 : 1
    }
    return block[at + this.keys * this.capacity]! - place[3]!
  }
}

/** Where blocks of the same size begin. */
const evenFrom = mostSlots - firstSlots

const blockOf = (slot: number): number =>
  slot < evenFrom
    ? 31 - Math.clz32(slot / firstSlots + 1)
    : doublings + Math.floor((slot - evenFrom) / mostSlots)

const firstOf = (block: number): number =>
  block < doublings ? firstSlots * (2 ** block - 1) : evenFrom + (block - doublings) * mostSlots
