/** Reads every database of a local system, as the files that it keeps: what changed, whatever the answers say. */
import { createHash } from 'node:crypto'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** What counts requests counts the refused ones too: the meters of quotas and what is rolled up of them. */
const isCount = (name: string) => /MeterObject| daily_usage$/.test(name)

/** A digest of the rows of each table, by file and table. Two equal ones: nothing was written in between. */
export function digestDatabases(stateFolder: string): Record<string, string> {
  return digestFiles(stateFolder, (tables) => tables)
}

/**
 * The same of what is somebody's: the rows that name one of `inRows`, and every row of an object that has one of those
 * or of `inObjects`. What others write does not show here.
 */
export function digestOwned(
  stateFolder: string,
  { inRows, inObjects }: { inRows: string[]; inObjects: string[] },
): Record<string, string> {
  const names = (texts: string[]) => (row: string) => texts.some((text) => row.includes(text))
  return digestFiles(stateFolder, (tables, file) => {
    if (file.includes('/d1/')) {
      return tables.map(({ name, rows }) => ({ name, rows: rows.filter(names(inRows)) }))
    }
    const isOwn = tables.some(({ rows }) => rows.some(names([...inRows, ...inObjects])))
    return isOwn ? tables : []
  })
}

type Table = { name: string; rows: string[] }

function digestFiles(
  stateFolder: string,
  choose: (tables: Table[], file: string) => Table[],
): Record<string, string> {
  const files = globSync('v3/**/*.sqlite', { cwd: stateFolder }).toSorted()
  const digests = files.flatMap((file) =>
    choose(tablesOf(stateFolder, file), file).map(({ name, rows }) => {
      const digest = createHash('sha256').update(rows.toSorted().join('\n')).digest('hex')
      return [`${file} ${name}`, digest] as const
    }),
  )
  return Object.fromEntries(digests)
}

function tablesOf(stateFolder: string, file: string): Table[] {
  // An object that is just being opened or left locks its file for a moment.
  const database = new DatabaseSync(join(stateFolder, file), { readOnly: true, timeout: 5_000 })
  try {
    // Tables named _cf_ and _mf_ are the platform's: they count statements that might have written, and requests. A
    // failed login is counted on purpose.
    const tables = database
      .prepare(
        `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\__f\\_%' ESCAPE '\\'
         AND name <> 'login_attempts' ORDER BY name`,
      )
      .all() as { name: string }[]
    return tables
      .filter(({ name }) => !isCount(`${file} ${name}`))
      .map(({ name }) => ({ name, rows: rowsOf(database, name) }))
  } finally {
    database.close()
  }
}

function rowsOf(database: DatabaseSync, table: string): string[] {
  const statement = database.prepare(`SELECT * FROM "${table}"`)
  statement.setReadBigInts(true)
  return statement.all().map((row) => {
    // When a key was last used is a note about the request itself, not something that it changed.
    if (table === 'api_keys') delete row['last_used_at']
    return Object.values(row).map(String).join('\u0000')
  })
}

/** Longer than a wallet waits before its copy. */
const quietMilliseconds = 1_200

/** Resolves when nothing has been written for a while: alarms and outboxes have done their work. */
export async function quiet(stateFolder: string): Promise<Record<string, string>> {
  const deadline = performance.now() + 15_000
  let before = digestDatabases(stateFolder)
  while (performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, quietMilliseconds))
    const after = digestDatabases(stateFolder)
    if (JSON.stringify(after) === JSON.stringify(before)) return after
    before = after
  }
  throw new Error('The databases did not come to rest within 15 s.')
}
