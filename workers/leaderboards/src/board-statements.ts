/** Statements that write several rows of a board at once. */
import type { EntryRow, JournalRow } from './board-rows.ts'

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
/** OR FAIL, for what fails undoes the whole stretch: SQLite need not be able to undo the rows of one statement, which costs pages. */
export const inserts = Array.from(
  { length: changesAtOnce + 1 },
  (_, rows) => `INSERT OR FAIL INTO journal VALUES ${rowMarks(rows, journalColumns)}`,
)

/** In the order of the columns. */
export const valuesOfEntry = (row: EntryRow) => [
  row.userId,
  row.hidden,
  row.o0,
  row.o1,
  row.o2,
  row.tie,
  row.metadata,
  row.attempts,
  row.updatedAt,
  row.reachedAt,
  row.reason,
  row.minutes,
]
export const valuesOfChange = (row: JournalRow) => [
  row.sequence,
  row.at,
  row.kind,
  row.userId,
  row.key,
  row.requestHash,
  row.change,
  row.operations,
]

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
