/**
 * Sums of the first elements of a list of counts, and changes of one count, both in logarithmic time (Fenwick, "A new data
 * structure for cumulative frequency tables", 1994).
 */
export class Fenwick {
  /** Whole numbers below 2^31, more than any board has entries; and a few elements more than are counted. */
  private tree = new Int32Array(1)
  private end = 1

  /** Takes the first `length` of other counts, in linear time. */
  rebuild(counts: Int32Array, length: number): void {
    this.end = length + 1
    if (this.tree.length < this.end) this.tree = new Int32Array(this.end + (length >> 2))
    const { tree, end } = this
    for (let at = 1; at < end; at++) tree[at] = counts[at - 1]!
    for (let at = 1; at < end; at++) {
      const parent = at + lowestBit(at)
      if (parent < end) tree[parent]! += tree[at]!
    }
  }

  add(index: number, change: number): void {
    for (let at = index + 1; at < this.end; at += lowestBit(at)) this.tree[at]! += change
  }

  /** The sum of the first `count` elements. */
  sumOf(count: number): number {
    const { tree } = this
    let sum = 0
    for (let at = count; at > 0; at -= lowestBit(at)) sum += tree[at]!
    return sum
  }

  get total(): number {
    return this.sumOf(this.end - 1)
  }
}

const lowestBit = (number: number): number => number & -number
