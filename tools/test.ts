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

/** What the Workers print of ordinary requests is left out; there are thousands of them. */
async function runTests(): Promise<boolean> {
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs')
  const reporters = [
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}/vitest.json`,
  ]
  // One more than vitest would take: a test waits for workerd most of the time.
  const workers = `--maxWorkers=${availableParallelism()}`
  const child = spawn(
    process.execPath,
    [vitest, 'run', workers, '--project=!generator', ...reporters, ...process.argv.slice(2)],
    {
      cwd: repository,
      env: { ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) },
      stdio: ['inherit', 'pipe', 'inherit'],
    },
  )
  for await (const line of createInterface(child.stdout)) {
    if (!line.startsWith('{"level":"info"')) console.log(line)
  }
  if (child.exitCode === null) await once(child, 'exit')
  return child.exitCode === 0
}
