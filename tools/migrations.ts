/** Applies D1 migrations to a running local system, with wrangler's own bookkeeping, so that both agree. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Miniflare } from 'miniflare'
import { unstable_splitSqlQuery } from 'wrangler'
import type { Worker } from './workers.ts'

type Row = { name: string }
type Statement = { bind(...values: unknown[]): Statement; all<T>(): Promise<{ results: T[] }> }
type Database = {
  prepare(sql: string): Statement
  batch(statements: Statement[]): Promise<unknown>
}

/** Brings every database of `workers` up to date; answers the names of the migrations that it applied. */
export async function applyMigrations(miniflare: Miniflare, workers: Worker[]): Promise<string[]> {
  const applied: string[] = []
  for (const worker of workers) {
    for (const { binding, migrationsFolder } of worker.databases) {
      const database = (await miniflare.getD1Database(
        binding,
        worker.service,
      )) as unknown as Database
      const names = await applyFolder(database, migrationsFolder)
      applied.push(...names.map((name) => `${worker.name}/${name}`))
    }
  }
  return applied
}

/** Each migration and its bookkeeping in one batch: both or neither. */
export async function applyFolder(database: Database, folder: string): Promise<string[]> {
  const files = existsSync(folder) ? globSync('*.sql', { cwd: folder }).toSorted() : []
  await database.prepare(bookkeeping).all()
  const { results } = await database.prepare('SELECT name FROM d1_migrations').all<Row>()
  const done = new Set(results.map(({ name }) => name))
  const added: string[] = []
  for (const file of files) {
    if (done.has(file)) continue
    const queries = unstable_splitSqlQuery(readFileSync(join(folder, file), 'utf8'))
    const record = database.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(file)
    await database.batch([...queries.map((query) => database.prepare(query)), record])
    added.push(file)
  }
  return added
}

/** As `wrangler d1 migrations apply` writes it. */
const bookkeeping = `CREATE TABLE IF NOT EXISTS d1_migrations(
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`
