/**
 * Sums of the first elements of a list of counts, and changes of one count, both in logarithmic time (Fenwick, "A new data
 * structure for cumulative frequency tables", 1994).
 */
export class Fenwick {
  private tree = new Float64Array(1)

  constructor(counts: number[]) {
    this.rebuild(counts)
  }

  /** Takes other counts, in linear time. */
  rebuild(counts: number[]): void {
    const tree = new Float64Array(counts.length + 1)
    for (const [index, count] of counts.entries()) {
      tree[index + 1]! += count
      const parent = index + 1 + lowestBit(index + 1)
      if (parent < tree.length) tree[parent]! += tree[index + 1]!
    }
    this.tree = tree
  }

  add(index: number, change: number): void {
    for (let at = index + 1; at < this.tree.length; at += lowestBit(at)) this.tree[at]! += change
  }

  /** The sum of the first `count` elements. */
  sumOf(count: number): number {
    let sum = 0
    for (let at = count; at > 0; at -= lowestBit(at)) sum += this.tree[at]!
    return sum
  }

  get total(): number {
    return this.sumOf(this.tree.length - 1)
  }
}

const lowestBit = (number: number): number => number & -number
