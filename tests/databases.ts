/** Reads every database of a local system, as the files that it keeps: what changed, whatever the answers say. */
import { createHash } from 'node:crypto'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A digest of all rows of each database, by file. Two equal ones: nothing was written in between. */
export function digestDatabases(stateFolder: string): Record<string, string> {
  const files = globSync('v3/**/*.sqlite', { cwd: stateFolder }).toSorted()
  return Object.fromEntries(files.map((file) => [file, digestOf(join(stateFolder, file))]))
}

function digestOf(file: string): string {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const hash = createHash('sha256')
    const tables = database
      .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
      .all() as { name: string }[]
    for (const { name } of tables) {
      const statement = database.prepare(`SELECT * FROM "${name}"`)
      statement.setReadBigInts(true)
      const rows = statement.all().map((row) => Object.values(row).map(String).join('\u0000'))
      hash.update(`${name}\n${rows.toSorted().join('\n')}\n`)
    }
    return hash.digest('hex')
  } finally {
    database.close()
  }
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
