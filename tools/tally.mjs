/** Counts what the last `npm test` and `npm run test:generator` really ran, from `out/test/`; fails when something failed or nothing ran. Node 20 can read it. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const results = join(dirname(fileURLToPath(import.meta.url)), '../out/test')
const checks = read('checks.json') ?? []
const runs = ['units.json', 'servers.json', 'start.json', 'generator.json'].map(read)
let passed = checks.filter((check) => check.passed).length
let failed = checks.filter((check) => !check.passed).length
for (const run of runs.filter(Boolean)) {
  passed += run.numPassedTests
  failed += run.numFailedTests
  // A file that does not even load has no test that could fail.
  failed += run.testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
}
const ran = checks.length > 0 && runs.every((run) => (run?.numTotalTests ?? 0) > 0)
if (!ran) console.log('The tests ended before every check and test could run.')
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = ran && failed === 0 && runs.every(({ success }) => success) ? 0 : 1

function read(name) {
  const file = join(results, name)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}
