/** `npm run new -- loyalty`: a Worker that already builds, tests, deploys and answers through the gateway. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateMigration } from './gen-migrations.ts'
import { type Names, nounOf, pluralOf, renamed } from './new-names.ts'
import { carryOut, emptyPlan, type Plan, planChange, planFile, run } from './new-plan.ts'
import { assertFreeNoun, isTakenService, withScope } from './new-taken.ts'
import { without } from './new-source.ts'
import { fail } from './progress.ts'
import { repository } from './workers.ts'

const template = 'tools/template'
const copied = [
  'package.json',
  'README.md',
  'src/env.ts',
  'src/events.ts',
  'src/events.test.ts',
  'src/index.ts',
  'src/problems.ts',
  'src/schema.ts',
  'src/sample-things.ts',
  'src/test-sample-things.ts',
  'src/routes/sample-things.create.test.ts',
  'src/routes/sample-things.get.ts',
  'src/routes/sample-things.get.test.ts',
]
const reserved = [
  'shared',
  'tools',
  'template',
  'sdk',
  'coinop',
  'gateway',
  'system',
  'tidy',
  'generator',
]

/** Everything that a new Worker is made of; throws, with nothing written, when the name will not do. */
export function planWorker(name: string, root = repository): Plan {
  assertFreeName(name, root)
  const noun = nounOf(pluralOf(name))
  const names: Names = { worker: name, database: `${name.toUpperCase()}_DB`, noun }
  assertFreeNoun(root, name, noun)
  const plan = emptyPlan(root)
  const copy = (path: string, change = (text: string) => text) => {
    const text = change(readFileSync(join(root, template, path), 'utf8'))
    planFile(plan, renamed(`workers/${name}/${path}`, names), renamed(text, names))
  }
  for (const path of copied) copy(path)
  copy('wrangler.toml', (text) => text.replace('"migrations"', '"../../migrations/template"'))
  copy('src/model.ts', (text) => without(text, /^SampleThingPatch$/))
  copy('src/routes/sample-things.create.ts', (text) => scopedTo(name, text))
  copy('src/routes/index.ts', (text) =>
    without(text, /sampleThings(Delete|List|Update|Use)/).replace(
      /\[[^\]]*\]/,
      '[sampleThingsCreate, sampleThingsGet]',
    ),
  )
  planChange(plan, 'wrangler.toml', (text) => `${text.trimEnd()}\n\n${serviceOf(name)}`)
  planChange(plan, 'packages/shared/src/access.ts', (text) => withScope(text, `${name}:write`))
  return plan
}

/** Writing takes a scope of the Worker's own; the template cannot have one, since it is in no list. */
export function scopedTo(name: string, route: string): string {
  const open = "access: { kinds: ['secret'] }"
  if (!route.includes(open)) return route
  const scoped = route.replace(open, `access: secretKey('${name}:write')`)
  const line = "import { secretKey } from '@coinop/shared/access'\n"
  return scoped.replace(/^import \{ createRoute.*\n/m, (first) => `${first}${line}`)
}

const serviceOf = (name: string) => `[[services]]
binding = "${name.toUpperCase()}"
service = "coinop-${name}"
props = { caller = "gateway" }
`

function assertFreeName(name: string, root: string): void {
  if (!/^[a-z]{3,24}$/.test(name)) {
    throw new Error(
      `Usage: npm run new -- <name>\n"${name}" will not do: 3 to 24 lower-case letters, as in loyalty.`,
    )
  }
  if (reserved.includes(name)) throw new Error(`"${name}" is reserved. Choose another name.`)
  for (const path of [`workers/${name}`, `migrations/${name}`]) {
    if (existsSync(join(root, path)))
      throw new Error(`${path} exists already. Choose another name.`)
  }
  const taken = isTakenService(root, name)
  if (taken) throw new Error(`${taken} Choose another name.`)
}

async function main(name: string): Promise<void> {
  const plan = planWorker(name)
  carryOut(plan)
  for (const path of generateMigration(name, 'initial')) console.log(`  new      ${path}`)
  run(repository, 'npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'])
  console.log('  linked   package-lock.json')
  // In a process of its own: this one has read the scopes as they were.
  run(repository, process.execPath, ['tools/gen.ts'])
  const { plural } = nounOf(pluralOf(name))
  console.log(`
workers/${name} answers at /v1/${plural} through the gateway. Next:
  npm run check                                the whole tree is as it should be
  npx vitest run --project ${name.padEnd(20)}  its tests
  npm run new:route -- ${name} ${plural}.list    one more operation`)
}

if (import.meta.main) await main(process.argv[2] ?? '').catch(fail)
