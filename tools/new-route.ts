/** `npm run new:route -- loyalty points.list`: one more operation, with what it needs and its test, that compiles and passes. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateMigration } from './gen-migrations.ts'
import { scopedTo } from './new.ts'
import { camel, capital, type Names, nounOf, renamed, snake } from './new-names.ts'
import { carryOut, emptyPlan, type Plan, planChange, planFile, planned, run } from './new-plan.ts'
import {
  declarations,
  isDeclared,
  withImport,
  withListEntry,
  without,
  withProblem,
} from './new-source.ts'
import { assertFreeNoun, withScope } from './new-taken.ts'
import { fail } from './progress.ts'
import { findWorkers, repository, type Worker } from './workers.ts'

const template = 'tools/template/src'
/** Verbs with a file of their own in the template; every other verb is an action, made from `use`. */
const verbs = ['create', 'get', 'list', 'update', 'delete']

/** Everything that an operation needs and the Worker does not have yet; throws, with nothing written, when it cannot be. */
export function planRoute(name: string, operation: string, root = repository): Plan {
  const worker = findWorkers(root).find((each) => each.name === name)
  if (!worker) throw new Error(`There is no Worker "${name}". "npm run new -- ${name}" makes one.`)
  const { names, verb } = namesOf(worker, operation)
  assertReady(root, worker, verb)
  assertFree(root, operation)
  assertFreeNoun(root, name, names.noun)
  const plan = emptyPlan(root)
  planParts(plan, names)
  planModules(plan, names, verb)
  const source = `${template}/routes/sample-things.${verbs.includes(verb) ? verb : 'use'}`
  const target = `workers/${name}/src/routes`
  const route = scopedTo(name, read(root, `${source}.ts`))
  planFile(plan, `${target}/${operation}.ts`, renamed(route, names))
  planFile(plan, `${target}/${operation}.test.ts`, renamed(read(root, `${source}.test.ts`), names))
  const handler = `${camel(names.noun.plural)}${capital(verb)}`
  planChange(plan, `${target}/index.ts`, (text) =>
    withListEntry(withImport(text, `./${operation}.ts`, [handler]), 'routes', handler),
  )
  if (route.includes(`${name}:write`)) {
    planChange(plan, 'packages/shared/src/access.ts', (text) => withScope(text, `${name}:write`))
  }
  return plan
}

function namesOf(worker: Worker, operation: string) {
  const [, plural, verb] = /^([a-z]+(?:-[a-z]+)*)\.([a-z]+)$/.exec(operation) ?? []
  if (plural === undefined || verb === undefined) {
    throw new Error(
      `Usage: npm run new:route -- <worker> <nouns.verb>\n"${operation}" will not do: lower-case letters, as in points.list or daily-rewards.claim.`,
    )
  }
  const [database] = worker.databases
  if (!database)
    throw new Error(`The Worker ${worker.name} has no D1 database: write this route by hand.`)
  const names: Names = {
    worker: worker.name,
    database: database.binding,
    noun: nounOf(plural),
    verb,
  }
  return { names, verb }
}

function assertReady(root: string, { name, secrets }: Worker, verb: string): void {
  for (const file of ['schema.ts', 'model.ts', 'problems.ts', 'env.ts', 'routes/index.ts']) {
    const path = `workers/${name}/src/${file}`
    if (!existsSync(join(root, path)))
      throw new Error(`${path} does not exist: compare with ${template}/${file}.`)
  }
  if (verb === 'list' && !secrets.includes('CURSOR_SECRET')) {
    throw new Error(
      `Pages need a secret: add CURSOR_SECRET to [secrets] in workers/${name}/wrangler.toml.`,
    )
  }
}

function assertFree(root: string, operation: string): void {
  const [taken] = globSync(`workers/*/src/routes/${operation}.ts`, { cwd: root })
  if (taken) throw new Error(`${taken} exists already, and an operation's name is there once.`)
}

/** The noun's table, its schemas and its problem, where they are missing. */
function planParts(plan: Plan, names: Names): void {
  const folder = `workers/${names.worker}/src`
  planChange(plan, `${folder}/schema.ts`, (text) => withTable(text, plan.root, names))
  planChange(plan, `${folder}/model.ts`, (text) => withNoun(text, plan.root, names))
  const code = `${snake(names.noun.singular)}_exists`
  const [entry = ''] =
    /^ {2}sample_thing_exists: \{[^}]*\},/m.exec(read(plan.root, `${template}/problems.ts`)) ?? []
  planChange(plan, `${folder}/problems.ts`, (text) =>
    text.includes(`${code}:`) ? text : withProblem(text, renamed(entry, names)),
  )
}

function withTable(schema: string, root: string, names: Names): string {
  const own = read(root, `${template}/schema.ts`)
  const table = camel(names.noun.plural)
  const existing = declarations(schema, new RegExp(`^${table}$`)).get(table)
  if (existing !== undefined) {
    if (/note: text\('note'\)/.test(existing) && /version: integer\('version'\)/.test(existing))
      return schema
    throw new Error(
      `The table ${table} of ${names.worker} has a form of its own: write this route by hand, beside its others.`,
    )
  }
  const kinds = ['integer', 'primaryKey', 'sqliteTable', 'text']
  const imported = withImport(schema, 'drizzle-orm/sqlite-core', kinds)
  const idempotency = /\bidempotency\b.*from '@coinop\/shared\/idempotency'/.test(imported)
    ? ''
    : "\nexport { idempotency } from '@coinop/shared/idempotency'\n"
  const added = declarations(own, /^sampleThings$/).get('sampleThings') ?? ''
  return `${imported.trimEnd()}\n${idempotency}\n${renamed(added, names)}\n`
}

function withNoun(model: string, root: string, names: Names): string {
  const own = read(root, `${template}/model.ts`)
  const missing = [...declarations(own, /SampleThing/)].filter(
    ([name]) => !isDeclared(model, renamed(name, names)),
  )
  if (missing.length === 0) return model
  let text = withImport(model, '@hono/zod-openapi', ['z'])
  if (missing.some(([, paragraph]) => paragraph.includes('isoTime'))) {
    text = withImport(text, '@coinop/shared/clock', ['isoTime'])
    text = withImport(text, './schema.ts', [camel(names.noun.plural)], true)
  }
  const paragraphs = missing.map(([, paragraph]) => renamed(paragraph, names))
  return `${text.trimEnd()}\n\n${paragraphs.join('\n\n')}\n`
}

/** The noun's own modules: reading and making, what its tests begin with, and changing where the verb changes. */
function planModules(plan: Plan, names: Names, verb: string): void {
  const modules = ['sample-things.ts', 'test-sample-things.ts']
  if (verb === 'update' || !verbs.includes(verb)) modules.push('sample-thing-changes.ts')
  for (const file of modules) {
    const path = renamed(`workers/template/src/${file}`, names)
    if (planned(plan, path) !== undefined) continue
    // Whether a fact is worth announcing is for the author of the noun to say.
    const source = without(read(plan.root, `${template}/${file}`), /announce|eventOf/)
    planFile(plan, path, renamed(source, names))
  }
}

const read = (root: string, path: string) => readFileSync(join(root, path), 'utf8')

async function main(name: string, operation: string): Promise<void> {
  const plan = planRoute(name, operation)
  carryOut(plan)
  if (plan.changed.has(`workers/${name}/src/schema.ts`)) {
    const added = generateMigration(name, `add_${snake(operation.split('.')[0] ?? '')}`)
    for (const path of added) console.log(`  new      ${path}`)
  }
  // In a process of its own: this one has read the scopes as they were.
  run(repository, process.execPath, ['tools/gen.ts'])
  console.log(`\nNow make it yours: workers/${name}/src/routes/${operation}.ts and its test.`)
  console.log(`npx vitest run --project ${name} ${operation}`)
}

if (import.meta.main) await main(process.argv[2] ?? '', process.argv[3] ?? '').catch(fail)
