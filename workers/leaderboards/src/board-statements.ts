/** Statements that write several rows of a board at once. */
import type { EntryRow, JournalRow } from './board-rows.ts'

/** Most bound parameters of a statement. */
const boundMax = 100
const entryColumns = 12
const journalColumns = 8
export const entriesAtOnce = Math.floor(boundMax / entryColumns)
/** Of rows in one text: with metadata of nothing but escapes it has half of the 2 MB that a value may have. */
export const rowsAtOnce = 100

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
const intoJournal = `INSERT OR FAIL INTO journal`
export const insert = `${intoJournal} VALUES (${marks(journalColumns)})`

/** Rows as one text: to bind a value costs more than to read it from JSON. */
export const upsertAll = `INSERT INTO entries ${fromJson(entryColumns)} WHERE true ${orUpdate}`
export const insertAll = `${intoJournal} ${fromJson(journalColumns)}`

/** Of other numbers SQLite reads only 15 digits for certain, and a place has to be exact. */
export const isExactInJson = ({ o0, o1, o2 }: EntryRow): boolean =>
  Number.isSafeInteger(o0) && Number.isSafeInteger(o1) && Number.isSafeInteger(o2)

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

function fromJson(columns: number): string {
  const values = Array.from({ length: columns }, (_, column) => `value ->> ${column}`)
  return `SELECT ${values.join(', ')} FROM jsonb_each(?)`
}

export function marks(count: number): string {
  return Array(count).fill('?').join(', ')
}

export const parts = <T>(list: T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  )
