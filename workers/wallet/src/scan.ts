/**
 * Filters over rows that no index serves: a page looks at a bounded number of rows in their order, and says where the next
 * one goes on. A page may so be shorter than asked for, even empty, although there is more. Pure.
 */

/** Rows that one page looks at, whatever it finds. */
export const scannedMax = 2_000

export type Scan<Row> = {
  rows: Row[]
  /** The row behind which the next page begins; null when there is none. */ last: Row | null
}

/** The first `limit` rows that match, and the row to go on behind. `rows` is read no further than needed. */
export function scan<Row>(
  rows: Iterable<Row>,
  matches: (row: Row) => boolean,
  limit: number,
): Scan<Row> {
  const found: Row[] = []
  let scanned = 0
  for (const row of rows) {
    scanned++
    const matched = matches(row)
    // One more than fits is there: then, and only then, the page ends at its own last row.
    if (matched && found.length === limit) return { rows: found, last: found.at(-1) ?? null }
    if (matched) found.push(row)
    if (scanned === scannedMax) return { rows: found, last: row }
  }
  return { rows: found, last: null }
}
