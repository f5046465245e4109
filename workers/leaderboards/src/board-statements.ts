/** Statements that write several rows of a board at once. */

/** Most bound parameters of a statement. */
const boundMax = 100
const entryColumns = 12
const journalColumns = 8
export const entriesAtOnce = Math.floor(boundMax / entryColumns)
export const changesAtOnce = Math.floor(boundMax / journalColumns)

const updated = 'hidden o0 o1 o2 tie metadata attempts updatedAt reachedAt reason minutes'.split(
  ' ',
)
const sets = updated.map((column) => `${column} = excluded.${column}`).join(', ')
/** Not REPLACE: two entries at one place are a bug, and neither goes for the other. */
const orUpdate = `ON CONFLICT (userId) DO UPDATE SET ${sets}`

/** Statements by how many rows they write. */
export const upserts = Array.from(
  { length: entriesAtOnce + 1 },
  (_, rows) => `INSERT INTO entries VALUES ${rowMarks(rows, entryColumns)} ${orUpdate}`,
)
export const inserts = Array.from(
  { length: changesAtOnce + 1 },
  (_, rows) => `INSERT INTO journal VALUES ${rowMarks(rows, journalColumns)}`,
)

function rowMarks(rows: number, columns: number): string {
  return Array(rows)
    .fill(`(${marks(columns)})`)
    .join(', ')
}

export function marks(count: number): string {
  return Array(count).fill('?').join(', ')
}

export const parts = <T>(list: T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  )
