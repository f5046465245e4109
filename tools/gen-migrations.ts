/** `npm run gen:migration -- wallet add_holds`: writes the next migration of a Worker from its schema.ts, with drizzle-kit. */
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** Writes what changed in the schema since the last migration; nothing when nothing did. Answers the new files. */
export function generateMigration(worker: string, name: string): string[] {
  const folder = worker === 'template' ? 'tools/template' : `workers/${worker}`
  const schema = `${folder}/src/schema.ts`
  if (!existsSync(join(root, schema))) throw new Error(`${schema} does not exist.`)
  const out = worker === 'template' ? `${folder}/migrations` : `migrations/${worker}`
  const before = new Set(globSync(`${out}/*.sql`, { cwd: root }))
  const drizzle = join(root, 'node_modules/.bin/drizzle-kit')
  const options = ['--dialect', 'sqlite', '--schema', schema, '--out', out, '--name', name]
  execFileSync(drizzle, ['generate', ...options], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const added = globSync(`${out}/*.sql`, { cwd: root }).filter((path) => !before.has(path))
  for (const path of added) {
    const file = join(root, path)
    writeFileSync(file, withoutRowids(readFileSync(file, 'utf8')))
  }
  return added
}

/** A table with a composite key costs two rows a write, or one WITHOUT ROWID; drizzle-kit cannot say so itself. */
function withoutRowids(sql: string): string {
  const statements = sql.split('--> statement-breakpoint')
  return statements
    .map((statement) =>
      /^\s*CREATE TABLE/.test(statement) && /\n\tPRIMARY KEY\(/.test(statement)
        ? statement.replace(/\n\);/, '\n) WITHOUT ROWID;')
        : statement,
    )
    .join('--> statement-breakpoint')
}

if (import.meta.main) {
  const [worker, name] = process.argv.slice(2)
  if (!worker || !name) {
    console.error('Usage: npm run gen:migration -- <worker> <name_in_snake_case>')
    process.exit(1)
  }
  const added = generateMigration(worker, name)
  console.log(added.length > 0 ? `Written: ${added.join(', ')}` : 'The schema has not changed.')
}
