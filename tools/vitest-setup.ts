/** Before each test file: nothing is left of an earlier one, and every database of the Worker under test and its neighbours has its tables. */
import { type D1Migration, applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { vi } from 'vitest'

// What modules remember and what time it is, then what is stored.
vi.resetModules()
vi.useRealTimers()
await reset()
const bindings = env as unknown as Record<string, unknown>
const all = Object.entries(bindings['TEST_MIGRATIONS'] as Record<string, D1Migration[]>)
for (const [binding, migrations] of all) {
  const database = bindings[binding] as D1Database
  await empty(database)
  await applyD1Migrations(database, migrations)
}

/** A database that the last file's work in the background still held open is not reset. */
async function empty(database: D1Database): Promise<void> {
  const ours = `name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'`
  const { results } = await database
    .prepare(
      `SELECT type, name FROM sqlite_master WHERE type IN ('table', 'trigger') AND ${ours} ORDER BY type DESC`,
    )
    .all<{ type: string; name: string }>()
  if (results.length === 0) return
  const drops = results.map(({ type, name }) => database.prepare(`DROP ${type} "${name}"`))
  await database.batch([database.prepare('PRAGMA defer_foreign_keys = on'), ...drops])
}
