/** The places of neighbouring entries, in order, as few numbers as the board has keys: a million of them fit into memory. */
import type { Position } from './board-commands.ts'

export class PackedPlaces {
  private readonly keys: number
  private readonly width: number
  private readonly numbers: number[] = []

  constructor(keys: number, places: Position[] = []) {
    this.keys = keys
    this.width = keys + 1
    for (const place of places) {
      for (let key = 0; key < keys; key++) this.numbers.push(place[key]!)
      this.numbers.push(place[3]!)
    }
  }

  get count(): number {
    return this.numbers.length / this.width
  }

  at(index: number): Position {
    const offset = index * this.width
    const key = (number: number) => (number < this.keys ? this.numbers[offset + number]! : 0)
    return [key(0), key(1), key(2), this.numbers[offset + this.keys]!]
  }

  /** How many are ahead of a place. */
  before(place: Position): number {
    let [low, high] = [0, this.count]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.compare(middle, place) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  isAt(index: number, place: Position): boolean {
    return index < this.count && this.compare(index, place) === 0
  }

  /** Whether the entry is there and has these keys, whatever its tie-break. */
  hasKeys(index: number, place: Position): boolean {
    if (index < 0 || index >= this.count) return false
    const offset = index * this.width
    for (let key = 0; key < this.keys; key++) {
      if (this.numbers[offset + key] !== place[key]) return false
    }
    return true
  }

  /** How many from `first` on and before `end` differ in their keys from the one ahead. */
  starts(first: number, end: number): number {
    let starts = 0
    for (let index = first; index < end; index++) {
      if (!this.hasKeys(index - 1, this.at(index))) starts += 1
    }
    return starts
  }

  insert(index: number, place: Position): void {
    const { numbers, width } = this
    const offset = index * width
    const end = numbers.length
    for (let number = 0; number < width; number++) numbers.push(0)
    numbers.copyWithin(offset + width, offset, end)
    for (let key = 0; key < this.keys; key++) numbers[offset + key] = place[key]!
    numbers[offset + this.keys] = place[3]!
  }

  remove(index: number): void {
    const { numbers, width } = this
    numbers.copyWithin(index * width, (index + 1) * width)
    numbers.length -= width
  }

  /** Takes those from `index` on away, and answers them. */
  cut(index: number): PackedPlaces {
    const right = new PackedPlaces(this.keys)
    right.numbers.push(...this.numbers.splice(index * this.width))
    return right
  }

  append(right: PackedPlaces): void {
    this.numbers.push(...right.numbers)
  }

  private compare(index: number, place: Position): number {
    const offset = index * this.width
    for (let key = 0; key < this.keys; key++) {
      const own = this.numbers[offset + key]!
      if (own !== place[key]) return own < place[key]! ? -1 : 1
    }
    return this.numbers[offset + this.keys]! - place[3]!
  }
}
