import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { findWorkers, repository } from '../tools/workers.ts'

const deploy = (...options: string[]) =>
  spawnSync(process.execPath, [join(repository, 'tools/deploy.ts'), ...options], {
    cwd: repository,
    encoding: 'utf8',
  })

type Metadata = { outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }> }

/** The files of which something is in the bundle of a Worker. */
function contentsOf(name: string): string[] {
  const read = (path: string) => readFileSync(join(repository, 'out', name, path), 'utf8')
  const { hash } = JSON.parse(read('latest.json')) as { hash: string }
  const { outputs } = JSON.parse(read(join(hash, 'bundle-meta.json'))) as Metadata
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs))
  return inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? path : []))
}

describe('npm run deploy -- --dry-run', () => {
  let printed = ''
  let plan: { name: string; kibibytes: number }[] = []
  beforeAll(() => {
    const { status, stdout } = deploy('--dry-run')
    expect(status).toBe(0)
    printed = stdout
    plan = [...stdout.matchAll(/^\d+ +(\w+) +([\d.]+) KiB/gm)].map(([, name = '', size]) => ({
      name,
      kibibytes: Number(size),
    }))
  }, 120_000)

  test('builds every bundle and prints its gzipped size, at most 250 KiB', () => {
    expect(plan.map(({ name }) => name).toSorted()).toEqual(
      findWorkers()
        .map(({ name }) => name)
        .toSorted(),
    )
    for (const { name, kibibytes } of plan) {
      expect(kibibytes, name).toBeGreaterThan(1)
      expect(kibibytes, name).toBeLessThanOrEqual(250)
    }
  })

  test('the guide’s file of secrets has all of them, and no other', () => {
    const guide = readFileSync(join(repository, 'docs/guides/deploy.md'), 'utf8')
    const [, file = ''] = /```json\n([^`]*)```/.exec(guide) ?? []
    const named = Object.entries(JSON.parse(file) as Record<string, Record<string, string>>)
    const needed = findWorkers().filter(({ secrets }) => secrets.length > 0)
    expect(Object.fromEntries(named.map(([name, all]) => [name, Object.keys(all)]))).toEqual(
      Object.fromEntries(needed.map(({ name, secrets }) => [name, secrets])),
    )
  })

  test('no bundle holds a language that nobody is answered in', () => {
    for (const { name } of findWorkers()) {
      const languages = contentsOf(name).filter((path) => path.includes('/zod/v4/locales/'))
      expect(languages.map((path) => basename(path))).toEqual(['en.js'])
    }
  })

  test('leaves come first, the gateway last', () => {
    const position = (name: string) => plan.findIndex((each) => each.name === name)
    for (const [before, after] of [
      ['password', 'auth'],
      ['events', 'auth'],
      ['auth', 'wallet'],
      ['wallet', 'shop'],
      ['wallet', 'games'],
      ['shop', 'discord'],
      ['discord', 'gateway'],
    ] as const) {
      expect(position(before), `${before} before ${after}`).toBeLessThan(position(after))
    }
  })

  test('says which secrets must be set', () => {
    for (const { secrets } of findWorkers()) {
      for (const secret of secrets) expect(printed).toContain(secret)
    }
  })

  test('refuses a Worker that does not exist', () => {
    const { status, stderr } = deploy('nothing', '--dry-run')
    expect(status).toBe(1)
    expect(stderr).toContain('There is no Worker "nothing"')
  })
})
