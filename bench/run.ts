/** `npm run bench -- <name>`: runs `bench/<name>.ts`. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '../tools/progress.ts'

const name = process.argv[2] ?? ''
const file = join(import.meta.dirname, `${name}.ts`)
try {
  if (!/^[a-z-]+$/.test(name) || !existsSync(file)) {
    throw new Error('Usage: npm run bench -- gateway|leaderboards|wallet')
  }
  const { bench } = (await import(file)) as { bench: () => Promise<void> }
  await bench()
} catch (error) {
  fail(error)
}
