/**
 * `npm run contracts:diff [-- <revision>]`: what changed in the contracts since the branch began, and whether it breaks
 * clients. Fails when it does, unless CHANGELOG.md says so under Unreleased in a line that begins `- Breaking:`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compareContracts } from './contracts-compare.ts'
import { type Change, compareSchemas } from './contracts-schema.ts'
import type { OpenApi, Schema } from './contracts.ts'
import { fail } from './progress.ts'
import { repository } from './workers.ts'

const contract = 'contracts/openapi.json'
const eventFolder = 'contracts/events'

function git(...args: string[]): string | undefined {
  const options = { cwd: repository, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const
  const { status, stdout } = spawnSync('git', args, options)
  return status === 0 ? stdout : undefined
}

/** Where this branch left main; without a remote, the last commit. */
function baseRevision(): string {
  return (git('merge-base', 'HEAD', 'origin/main') ?? git('rev-parse', 'HEAD') ?? '').trim()
}

const now = (path: string) => readFileSync(join(repository, path), 'utf8')

/** A consumer reads an event as a client reads a response. */
function compareEvents(revision: string): Change[] {
  const listed = git('ls-tree', '-r', '--name-only', revision, '--', eventFolder) ?? ''
  const old = listed.split('\n').filter(Boolean)
  const young = globSync(`${eventFolder}/*.json`, { cwd: repository })
  const added = young.filter((path) => !old.includes(path))
  return [
    ...old.flatMap((path) => compareEvent(revision, path)),
    ...added.map((where) => ({ breaking: false, where, what: 'is new' })),
  ]
}

function compareEvent(revision: string, where: string): Change[] {
  if (!existsSync(join(repository, where))) return [{ breaking: true, where, what: 'is gone' }]
  const before = JSON.parse(git('show', `${revision}:${where}`) ?? '{}') as Schema
  const none = (ref: string): never => {
    throw new Error(`${where} refers to ${ref}: the schema of an event stands for itself.`)
  }
  const sides = { before: none, after: none }
  return compareSchemas(before, JSON.parse(now(where)) as Schema, {
    sides,
    direction: 'response',
    where,
  })
}

/** Whether the changelog announces a breaking change for the next version. */
export function announcesBreaking(changelog: string): boolean {
  const [, unreleased = ''] =
    /^## \[?Unreleased\]?.*$([^]*?)(?=^## |(?![^]))/m.exec(changelog) ?? []
  return /^- Breaking:/m.test(unreleased)
}

function main(revision: string): void {
  if (
    revision !== '' &&
    git('rev-parse', '--verify', '--quiet', `${revision}^{commit}`) === undefined
  ) {
    throw new Error(`git knows no revision "${revision}".`)
  }
  const before = git('show', `${revision}:${contract}`)
  const short = revision.slice(0, 10) || 'no revision'
  if (before === undefined) {
    console.log(`${contract} is not in ${short}: nothing to compare with.`)
    return
  }
  const changes = [
    ...compareContracts(JSON.parse(before) as OpenApi, JSON.parse(now(contract)) as OpenApi),
    ...compareEvents(revision),
  ]
  const breaking = changes.filter((change) => change.breaking)
  const additions = changes.filter((change) => !change.breaking)
  console.log(
    `Contracts since ${short}: ${breaking.length} breaking changes, ${additions.length} others.`,
  )
  for (const { where, what } of breaking) console.log(`  BREAKING  ${where}: ${what}`)
  for (const { where, what } of additions) console.log(`  other     ${where}: ${what}`)
  if (breaking.length === 0) return
  if (announcesBreaking(now('CHANGELOG.md'))) {
    console.log('CHANGELOG.md announces it.')
    return
  }
  throw new Error(
    'Clients of the old contract break. Keep the old form beside the new one, or say in CHANGELOG.md under\n' +
      'Unreleased what they must do, in a line that begins "- Breaking:".',
  )
}

if (import.meta.main) {
  try {
    main(process.argv[2] ?? baseRevision())
  } catch (error) {
    fail(error)
  }
}
