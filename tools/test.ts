/** `npm test`: bundles, checks and every test there is, to the end; what was found is in `out/test/` for `.ci/run`. */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { runChecks } from './check.ts'
import { bundled, fail } from './progress.ts'
import { findWorkers, repository } from './workers.ts'

const results = join(repository, 'out/test')
try {
  // Nothing of an earlier run may be counted.
  rmSync(results, { recursive: true, force: true })
  await bundled(findWorkers())
  const checks = runChecks().every(({ passed }) => passed)
  const tests = runTests()
  process.exitCode = checks && tests ? 0 : 1
} catch (error) {
  fail(error)
}

function runTests(): boolean {
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs')
  const reporters = [
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}/vitest.json`,
  ]
  const args = [vitest, 'run', ...reporters, ...process.argv.slice(2)]
  const { status } = spawnSync(process.execPath, args, { cwd: repository, stdio: 'inherit' })
  return status === 0
}
