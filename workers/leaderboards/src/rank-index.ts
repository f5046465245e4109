/**
 * How many entries are ahead of a place, without counting them: buckets of neighbouring entries, with sums of their counts.
 * Only the places of the bucket in question are looked at; they are read when they are first asked for.
 */
import type { Position } from './board-commands.ts'
import { Buckets, type Counts, nowhere } from './buckets.ts'
import { Fenwick } from './fenwick.ts'
import { PlaceStore } from './place-store.ts'

/** Most entries in a bucket: what a rank reads at most. */
const bucketMax = 128
/** Room for one more: a bucket is divided when it is there. */
const capacity = bucketMax + 1
/** A bucket below this is joined with a neighbour, if both together stay below the second. */
const joinBelow = 32
const joinedMax = 96
/** Most bytes of places that are in use: those of some 1,400,000 entries with one key, and half as many with three. */
const placesBytesMax = 33_554_432

/** `dense` counts different keys too: `firsts` are the entries ahead of all others with the same keys. */
export type Shape = { keys: number; dense: boolean }

/** Where the index looks for what it does not hold. */
export type Places = {
  /** The visible places from `from` on and before `to`, in order: their first `keys` keys, and the tie-break. */
  bucket(from: Position, to: Position | undefined, keys: number): number[][]
  /** Whether another entry with these keys is ahead. */
  hasTupleAhead(place: Position): boolean
  /** The next entry with these keys. */
  nextOfTuple(place: Position): Position | undefined
}

/** What a change does to the counts, so that it can be done again: kind, the four numbers of a place, count, firsts. */
export type Operation = number[]
const kinds = { change: 0, split: 1, join: 2 }

/** The index does not fit the entries: it has to be made anew. */
export class StaleIndex extends Error {}

export const everything: Position = [-Infinity, -Infinity, -Infinity, -Infinity]

export class RankIndex {
  private readonly rows: Places
  private readonly shape: Shape
  private readonly buckets: Buckets
  private readonly places: PlaceStore
  private readonly counts = new Fenwick()
  private readonly firsts = new Fenwick()
  /** Buckets whose places are in memory, and the most of them. */
  private loaded = 0
  private readonly loadedMax: number
  private generation = 0
  private operations: Operation[] = []

  constructor(rows: Places, shape: Shape, counts: Counts[]) {
    this.rows = rows
    this.shape = shape
    const some = counts.length > 0 ? counts : [{ from: everything, count: 0, firsts: 0 }]
    this.buckets = new Buckets(some)
    this.places = new PlaceStore(shape.keys, capacity)
    this.loadedMax = Math.floor(placesBytesMax / this.places.slotBytes)
    this.sum()
  }

  get total(): number {
    return this.counts.total
  }

  /** What a checkpoint keeps. */
  get state(): Counts[] {
    const { buckets } = this
    return Array.from({ length: buckets.count }, (_, at) => ({
      from: buckets.startOf(at),
      count: buckets.counts[at]!,
      firsts: buckets.firsts[at]!,
    }))
  }

  /** How many entries are ahead of a place. */
  before(place: Position): number {
    const at = this.buckets.find(place)
    return this.counts.sumOf(at) + this.places.before(this.load(at), place)
  }

  /** The place that has this many ahead of it. */
  placeAt(index: number): Position {
    let [low, high] = [0, this.buckets.count - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.counts.sumOf(middle) <= index) low = middle
      else high = middle - 1
    }
    return this.places.at(this.load(low), index - this.counts.sumOf(low))
  }

  /** How many different keys are ahead of a place. */
  tuplesBefore(place: Position): number {
    const { buckets, places } = this
    const at = buckets.find(place)
    const slot = this.load(at)
    const index = places.before(slot, place)
    if (index === 0) return this.firsts.sumOf(at)
    const head = buckets.firsts[at]! - places.starts(slot, 1, places.countOf(slot))
    return this.firsts.sumOf(at) + head + places.starts(slot, 1, index)
  }

  add(place: Position): Operation[] {
    const at = this.buckets.find(place)
    const slot = this.load(at)
    const index = this.places.before(slot, place)
    if (this.shape.dense && this.isFirst(at, index, place)) {
      this.changeFirst(this.nextInTuple(at, index, place), -1)
      this.changeFirst(place, 1)
    }
    this.places.insert(slot, index, place)
    this.change(place, 1, 0)
    if (this.buckets.counts[at]! > bucketMax) this.split(at)
    return this.done()
  }

  remove(place: Position): Operation[] {
    const at = this.buckets.find(place)
    const slot = this.load(at)
    const index = this.places.before(slot, place)
    if (!this.places.isAt(slot, index, place)) {
      throw new StaleIndex('An entry is not where it was.')
    }
    if (this.shape.dense && this.isFirst(at, index, place)) {
      this.changeFirst(place, -1)
      this.changeFirst(this.nextInTuple(at, index + 1, place), 1)
    }
    this.places.remove(slot, index)
    this.change(place, -1, 0)
    if (this.buckets.counts[at]! < joinBelow) this.joinNear(at)
    return this.done()
  }

  /** Does again what `add` and `remove` have done to the counts; reads nothing. */
  replay(operations: Operation[]): void {
    for (const [kind, ...rest] of operations) {
      const [count = 0, firsts = 0] = rest.slice(4)
      const place = rest.slice(0, 4)
      const at = this.buckets.find(place)
      if (kind === kinds.split) this.cut(at, { from: place, count, firsts })
      else if (kind === kinds.join) this.join(at)
      else this.change(place, count, firsts)
    }
    this.done()
  }

  private done(): Operation[] {
    return this.operations.splice(0)
  }

  private change(place: Position, count: number, firsts: number): void {
    const at = this.buckets.find(place)
    this.buckets.counts[at]! += count
    this.buckets.firsts[at]! += firsts
    if (count !== 0) this.counts.add(at, count)
    if (firsts !== 0) this.firsts.add(at, firsts)
    this.operations.push([kinds.change, ...place, count, firsts])
  }

  private changeFirst(place: Position | undefined, change: number): void {
    if (place) this.change(place, 0, change)
  }

  /** Whether no other entry with these keys is ahead. */
  private isFirst(at: number, index: number, place: Position): boolean {
    if (index > 0) return !this.places.hasKeys(this.load(at), index - 1, place)
    return at === 0 || !this.rows.hasTupleAhead(place)
  }

  private nextInTuple(at: number, index: number, place: Position): Position | undefined {
    const slot = this.load(at)
    if (index >= this.places.countOf(slot)) return this.rows.nextOfTuple(place)
    return this.places.hasKeys(slot, index, place) ? this.places.at(slot, index) : undefined
  }

  private split(at: number): void {
    const slot = this.load(at)
    const count = this.places.countOf(slot)
    const middle = count >> 1
    const firsts = this.shape.dense ? this.places.starts(slot, middle, count) : 0
    this.cut(at, { from: this.places.at(slot, middle), count: count - middle, firsts })
  }

  private cut(at: number, right: Counts): void {
    const { buckets, places } = this
    const { from, count, firsts } = right
    buckets.counts[at]! -= count
    buckets.firsts[at]! -= firsts
    buckets.insert(at + 1, right)
    const slot = buckets.slots[at]!
    if (slot !== nowhere) {
      const to = places.take()
      places.move(slot, buckets.counts[at]!, to)
      this.hold(at + 1, to)
    }
    this.sum()
    this.operations.push([kinds.split, ...from, count, firsts])
  }

  private joinNear(at: number): void {
    const { counts, count } = this.buckets
    const fits = (left: number) =>
      left >= 0 && left + 1 < count && counts[left]! + counts[left + 1]! <= joinedMax
    if (fits(at - 1)) this.join(at)
    else if (fits(at)) this.join(at + 1)
  }

  /** Joins a bucket with the one ahead of it. */
  private join(at: number): void {
    const { buckets, places } = this
    this.operations.push([kinds.join, ...buckets.startOf(at), 0, 0])
    const [left, right] = [buckets.slots[at - 1]!, buckets.slots[at]!]
    if (left !== nowhere && right !== nowhere) places.move(right, 0, left)
    else this.forget(at - 1)
    this.forget(at)
    buckets.counts[at - 1]! += buckets.counts[at]!
    buckets.firsts[at - 1]! += buckets.firsts[at]!
    buckets.remove(at)
    this.sum()
  }

  private sum(): void {
    const { counts, firsts, count } = this.buckets
    this.counts.rebuild(counts, count)
    this.firsts.rebuild(firsts, count)
  }

  /** The slot of a bucket's places. */
  private load(at: number): number {
    this.buckets.used[at] = this.generation
    const slot = this.buckets.slots[at]!
    return slot === nowhere ? this.read(at) : slot
  }

  private read(at: number): number {
    const { buckets, places, shape } = this
    const count = buckets.counts[at]!
    const end = at + 1 < buckets.count ? buckets.startOf(at + 1) : undefined
    const found = count === 0 ? [] : this.rows.bucket(buckets.startOf(at), end, shape.keys)
    if (found.length !== count || count > capacity) {
      throw new StaleIndex(`A bucket has ${found.length} entries, and ${count} were counted.`)
    }
    if (this.loaded >= this.loadedMax) this.makeRoom()
    const slot = places.take()
    places.append(slot, found)
    this.hold(at, slot)
    return slot
  }

  private hold(at: number, slot: number): void {
    this.buckets.slots[at] = slot
    this.buckets.used[at] = this.generation
    this.loaded += 1
  }

  /** Forgets the places that nobody has asked for since the last time, or, if that is not enough, all. */
  private makeRoom(): void {
    const { count, used } = this.buckets
    for (let at = 0; at < count; at++) if (used[at]! < this.generation) this.forget(at)
    if (this.loaded > this.loadedMax / 2) for (let at = 0; at < count; at++) this.forget(at)
    this.generation += 1
  }

  private forget(at: number): void {
    const slot = this.buckets.slots[at]!
    if (slot === nowhere) return
    this.places.giveBack(slot)
    this.buckets.slots[at] = nowhere
    this.loaded -= 1
  }
}
