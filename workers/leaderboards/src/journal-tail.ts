/** The newest changes in memory: who announces them, and who tells a live feed, reads no row for what has just been written. */
import type { JournalRow } from './board-rows.ts'

/** Changes that are kept at least; and never twice as many. */
const keptMin = 2_048

/** Without gaps, for each change has the sequence behind the one before it. */
export class JournalTail {
  private rows: JournalRow[] = []

  add(rows: JournalRow[]): void {
    this.rows.push(...rows)
    if (this.rows.length >= 2 * keptMin) this.rows = this.rows.slice(-keptMin)
  }

  /** The changes behind a sequence, `limit` at most; undefined when older ones would have to be read. */
  after(sequence: number, limit: number): JournalRow[] | undefined {
    const [first] = this.rows
    if (!first || first.sequence > sequence + 1) return undefined
    const from = sequence + 1 - first.sequence
    return this.rows.slice(from, from + limit)
  }
}
