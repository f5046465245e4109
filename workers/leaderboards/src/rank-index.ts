/**
 * How many entries are ahead of a place, without counting them: buckets of neighbouring entries, with sums of their counts.
 * Only the places of the bucket in question are looked at; they are read when they are first asked for.
 */
import type { Position } from './board-commands.ts'
import { Fenwick } from './fenwick.ts'
import { PackedPlaces } from './packed-places.ts'
import { comparePlaces } from './score-rules.ts'

/** Most entries in a bucket: what a rank reads at most. */
export const bucketMax = 128
/** A bucket below this is joined with a neighbour, if both together stay below the second. */
const joinBelow = 32
const joinedMax = 96
/** Most places in memory, 8 bytes for each key and for the tie-break. */
const placesMax = 1_200_000

/** `from`: where the bucket begins; it ends where the next one begins. */
export type Counts = { from: Position; count: number; firsts: number }
type Bucket = Counts & { places: PackedPlaces | undefined; used: number }

/** `dense` counts different keys too: `firsts` are the entries ahead of all others with the same keys. */
export type Shape = { keys: number; dense: boolean }

/** Where the index looks for what it does not hold. */
export type Places = {
  /** The visible places from `from` on and before `to`, in order. */
  bucket(from: Position, to: Position | undefined): Position[]
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
  private readonly places: Places
  private readonly shape: Shape
  private readonly buckets: Bucket[]
  private readonly counts = new Fenwick([])
  private readonly firsts = new Fenwick([])
  private loaded = 0
  private generation = 0
  private operations: Operation[] = []

  constructor(places: Places, shape: Shape, counts: Counts[]) {
    this.places = places
    this.shape = shape
    const some = counts.length > 0 ? counts : [{ from: everything, count: 0, firsts: 0 }]
    this.buckets = some.map((each) => ({ ...each, places: undefined, used: 0 }))
    this.sum()
  }

  get total(): number {
    return this.counts.total
  }

  /** What a checkpoint keeps. */
  get state(): readonly Counts[] {
    return this.buckets
  }

  /** How many entries are ahead of a place. */
  before(place: Position): number {
    const at = this.find(place)
    return this.counts.sumOf(at) + this.load(at).before(place)
  }

  /** The place that has this many ahead of it. */
  placeAt(index: number): Position {
    let [low, high] = [0, this.buckets.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.counts.sumOf(middle) <= index) low = middle
      else high = middle - 1
    }
    return this.load(low).at(index - this.counts.sumOf(low))
  }

  /** How many different keys are ahead of a place. */
  tuplesBefore(place: Position): number {
    const at = this.find(place)
    const places = this.load(at)
    const index = places.before(place)
    if (index === 0) return this.firsts.sumOf(at)
    const head = this.buckets[at]!.firsts - places.starts(1, places.count)
    return this.firsts.sumOf(at) + head + places.starts(1, index)
  }

  add(place: Position): Operation[] {
    const at = this.find(place)
    const index = this.load(at).before(place)
    if (this.shape.dense && this.isFirst(at, index, place)) {
      this.changeFirst(this.nextInTuple(at, index, place), -1)
      this.changeFirst(place, 1)
    }
    this.load(at).insert(index, place)
    this.loaded += 1
    this.change(place, 1, 0)
    if (this.buckets[at]!.count > bucketMax) this.split(at)
    return this.done()
  }

  remove(place: Position): Operation[] {
    const at = this.find(place)
    const places = this.load(at)
    const index = places.before(place)
    if (!places.isAt(index, place)) throw new StaleIndex('An entry is not where it was.')
    if (this.shape.dense && this.isFirst(at, index, place)) {
      this.changeFirst(place, -1)
      this.changeFirst(this.nextInTuple(at, index + 1, place), 1)
    }
    places.remove(index)
    this.loaded -= 1
    this.change(place, -1, 0)
    if (this.buckets[at]!.count < joinBelow) this.joinNear(at)
    return this.done()
  }

  /** Does again what `add` and `remove` have done to the counts; reads nothing. */
  replay(operations: Operation[]): void {
    for (const [kind, ...rest] of operations) {
      const [count = 0, firsts = 0] = rest.slice(4)
      const place = rest.slice(0, 4)
      if (kind === kinds.split) this.cut(this.find(place), { from: place, count, firsts })
      else if (kind === kinds.join) this.join(this.find(place))
      else this.change(place, count, firsts)
    }
    this.done()
  }

  private done(): Operation[] {
    return this.operations.splice(0)
  }

  private change(place: Position, count: number, firsts: number): void {
    const at = this.find(place)
    const bucket = this.buckets[at]!
    bucket.count += count
    bucket.firsts += firsts
    if (count !== 0) this.counts.add(at, count)
    if (firsts !== 0) this.firsts.add(at, firsts)
    this.operations.push([kinds.change, ...place, count, firsts])
  }

  private changeFirst(place: Position | undefined, change: number): void {
    if (place) this.change(place, 0, change)
  }

  /** The last bucket that begins at a place or ahead of it. */
  private find(place: Position): number {
    let [low, high] = [0, this.buckets.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (comparePlaces(this.buckets[middle]!.from, place) <= 0) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Whether no other entry with these keys is ahead. */
  private isFirst(at: number, index: number, place: Position): boolean {
    if (index > 0) return !this.load(at).hasKeys(index - 1, place)
    return at === 0 || !this.places.hasTupleAhead(place)
  }

  private nextInTuple(at: number, index: number, place: Position): Position | undefined {
    const places = this.load(at)
    if (index >= places.count) return this.places.nextOfTuple(place)
    return places.hasKeys(index, place) ? places.at(index) : undefined
  }

  private split(at: number): void {
    const places = this.load(at)
    const middle = places.count >> 1
    const firsts = this.shape.dense ? places.starts(middle, places.count) : 0
    this.cut(at, { from: places.at(middle), count: places.count - middle, firsts })
  }

  private cut(at: number, right: Counts): void {
    const bucket = this.buckets[at]!
    bucket.count -= right.count
    bucket.firsts -= right.firsts
    const places = bucket.places?.cut(bucket.count)
    this.buckets.splice(at + 1, 0, { ...right, places, used: bucket.used })
    this.sum()
    this.operations.push([kinds.split, ...right.from, right.count, right.firsts])
  }

  private joinNear(at: number): void {
    const fits = (left: number) => {
      const [one, other] = [this.buckets[left], this.buckets[left + 1]]
      return one && other && one.count + other.count <= joinedMax
    }
    if (fits(at - 1)) this.join(at)
    else if (fits(at)) this.join(at + 1)
  }

  /** Joins a bucket with the one ahead of it. */
  private join(at: number): void {
    const [left, right] = [this.buckets[at - 1]!, this.buckets[at]!]
    left.count += right.count
    left.firsts += right.firsts
    if (left.places && right.places) left.places.append(right.places)
    else for (const half of [left, right]) this.forget(half)
    this.buckets.splice(at, 1)
    this.sum()
    this.operations.push([kinds.join, ...right.from, 0, 0])
  }

  private sum(): void {
    this.counts.rebuild(this.buckets.map(({ count }) => count))
    this.firsts.rebuild(this.buckets.map(({ firsts }) => firsts))
  }

  private load(at: number): PackedPlaces {
    const bucket = this.buckets[at]!
    bucket.used = this.generation
    return bucket.places ?? this.read(at)
  }

  private read(at: number): PackedPlaces {
    const bucket = this.buckets[at]!
    const { from, count } = bucket
    const next = this.buckets[at + 1]?.from
    const found = count === 0 ? [] : this.places.bucket(from, next)
    const places = new PackedPlaces(this.shape.keys, found)
    if (places.count !== count) {
      throw new StaleIndex(`A bucket has ${places.count} entries, and ${count} were counted.`)
    }
    bucket.places = places
    this.loaded += count
    if (this.loaded > placesMax) this.makeRoom(bucket)
    return places
  }

  /** Forgets the places that nobody has asked for since the last time, or, if that is not enough, all but one bucket's. */
  private makeRoom(kept: Bucket): void {
    const others = this.buckets.filter((bucket) => bucket !== kept)
    for (const bucket of others) if (bucket.used < this.generation) this.forget(bucket)
    if (this.loaded > placesMax / 2) for (const bucket of others) this.forget(bucket)
    this.generation += 1
  }

  private forget(bucket: Bucket): void {
    this.loaded -= bucket.places?.count ?? 0
    bucket.places = undefined
  }
}
