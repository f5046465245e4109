/** Reads every database of a local system, as the files that it keeps: what changed, whatever the answers say. */
import { createHash } from 'node:crypto'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** What counts requests counts the refused ones too: the meters of quotas and what is rolled up of them. */
const isCount = (name: string) => /MeterObject| daily_usage$/.test(name)

/** A digest of the rows of each table, by file and table. Two equal ones: nothing was written in between. */
export function digestDatabases(stateFolder: string): Record<string, string> {
  const files = globSync('v3/**/*.sqlite', { cwd: stateFolder }).toSorted()
  return Object.assign({}, ...files.map((file) => digestsOf(stateFolder, file))) as Record<
    string,
    string
  >
}

function digestsOf(stateFolder: string, file: string): Record<string, string> {
  const database = new DatabaseSync(join(stateFolder, file), { readOnly: true })
  try {
    // Tables named _cf_ and _mf_ are the platform's: they count statements that might have written, and requests. A
    // failed login is counted on purpose.
    const tables = database
      .prepare(
        `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\__f\\_%' ESCAPE '\\'
         AND name <> 'login_attempts' ORDER BY name`,
      )
      .all() as { name: string }[]
    return Object.fromEntries(
      tables
        .filter(({ name }) => !isCount(`${file} ${name}`))
        .map(({ name }) => [`${file} ${name}`, digestOf(database, name)]),
    )
  } finally {
    database.close()
  }
}

function digestOf(database: DatabaseSync, table: string): string {
  const statement = database.prepare(`SELECT * FROM "${table}"`)
  statement.setReadBigInts(true)
  const rows = statement.all().map((row) => {
    // When a key was last used is a note about the request itself, not something that it changed.
    if (table === 'api_keys') delete row['last_used_at']
    return Object.values(row).map(String).join('\u0000')
  })
  return createHash('sha256').update(rows.toSorted().join('\n')).digest('hex')
}

/** Resolves when nothing has been written for a while: alarms and outboxes have done their work. */
export async function quiet(stateFolder: string): Promise<Record<string, string>> {
  const deadline = performance.now() + 15_000
  let before = digestDatabases(stateFolder)
  while (performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 700))
    const after = digestDatabases(stateFolder)
    if (JSON.stringify(after) === JSON.stringify(before)) return after
    before = after
  }
  throw new Error('The databases did not come to rest within 15 s.')
}
