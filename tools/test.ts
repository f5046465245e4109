/**
 * `npm test`: bundles, checks and every test but the generator's, to the end; what was found is in `out/test/` for `.ci/run`.
 * `npm run test:generator` runs those: all checks once more, in a copy with a new Worker.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { runChecks } from './check.ts'
import { bundled, fail } from './progress.ts'
import { findWorkers, repository } from './workers.ts'

const results = join(repository, 'out/test')
try {
  // Nothing of an earlier run may be counted.
  rmSync(results, { recursive: true, force: true })
  await bundled(findWorkers())
  const checks = runChecks().every(({ passed }) => passed)
  const tests = await runTests()
  process.exitCode = checks && tests ? 0 : 1
} catch (error) {
  fail(error)
}

/**
 * What runs side by side, then what runs by itself because it measures how long something takes. Most tests wait for a server half
 * of the time, and vitest ends one project before it begins the next: two of it keep two cores busy.
 */
function turns(given: string[]): Run[][] {
  if (given.length > 0) return [[{ name: 'given', options: ['--project=!generator', ...given] }]]
  const apart = ['servers', 'system']
  const others = [...apart, 'start', 'generator'].map((name) => `--project=!${name}`)
  // One more than vitest would take, for the same reason.
  const units = [...others, `--maxWorkers=${availableParallelism()}`]
  const servers = [...apart.map((name) => `--project=${name}`), '--maxWorkers=1']
  return [
    [
      { name: 'units', options: units },
      { name: 'servers', options: servers },
    ],
    [{ name: 'start', options: ['--project=start'] }],
  ]
}

/** Tests that one vitest runs; what it found is in `out/test/<name>.json`. */
type Run = { name: string; options: string[] }

async function runTests(): Promise<boolean> {
  const passed: boolean[] = []
  for (const runs of turns(process.argv.slice(2)))
    passed.push(...(await Promise.all(runs.map(run))))
  return passed.every(Boolean)
}

/** What the Workers print of ordinary requests is left out; there are thousands of them. */
async function run({ name, options }: Run): Promise<boolean> {
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs')
  const reporters = [
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(results, `${name}.json`)}`,
  ]
  const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...options], {
    cwd: repository,
    env: { ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) },
    stdio: ['inherit', 'pipe', 'inherit'],
  })
  for await (const line of createInterface(child.stdout)) {
    if (!line.startsWith('{"level":"info"')) console.log(line)
  }
  if (child.exitCode === null) await once(child, 'exit')
  return child.exitCode === 0
}
