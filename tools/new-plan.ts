/** A plan of files to write: worked out whole before anything is written, so that a refusal leaves the tree as it was. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Paths from the root, with the content they will have. */
export type Plan = { root: string; created: Map<string, string>; changed: Map<string, string> }

export const emptyPlan = (root: string): Plan => ({ root, created: new Map(), changed: new Map() })

/** What a file will hold, or holds now; undefined when it does not exist. */
export function planned({ root, created, changed }: Plan, path: string): string | undefined {
  const text = created.get(path) ?? changed.get(path)
  if (text !== undefined) return text
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined
}

export function planFile(plan: Plan, path: string, text: string): void {
  if (planned(plan, path) !== undefined) {
    throw new Error(
      `${path} exists already, and nothing is overwritten. Choose another name, or remove it first.`,
    )
  }
  plan.created.set(path, text)
}

export function planChange(plan: Plan, path: string, change: (text: string) => string): void {
  const before = planned(plan, path)
  if (before === undefined) throw new Error(`${path} does not exist.`)
  const after = change(before)
  if (after === before) return
  if (plan.created.has(path)) plan.created.set(path, after)
  else plan.changed.set(path, after)
}

/** Writes everything, in the format of the house; says what. */
export function carryOut({ root, created, changed }: Plan): void {
  for (const [path, text] of [...created, ...changed]) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const formatted = [...created.keys(), ...changed.keys()].filter((path) => !path.endsWith('.sql'))
  run(root, 'node_modules/.bin/oxfmt', formatted)
  for (const path of created.keys()) console.log(`  new      ${path}`)
  for (const path of changed.keys()) console.log(`  changed  ${path}`)
}

/** Runs a command in the repository; its output is shown only when it fails. */
export function run(root: string, command: string, args: string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  if (status === 0) return
  const output = `${stdout ?? ''}${stderr ?? ''}`.trim()
  throw new Error(
    `"${command} ${args.join(' ')}" failed:\n${output}\n` +
      'The files named above are written and stay. Mend the cause and run "npm install" and "npm run gen".',
  )
}
