/** Counts what the last `npm test` really ran, from `out/test/`; fails when something failed or nothing ran. Node 20 can read it. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const results = join(dirname(fileURLToPath(import.meta.url)), '../out/test')
const checks = read('checks.json') ?? []
const tests = read('vitest.json')
let passed = checks.filter((check) => check.passed).length
let failed = checks.filter((check) => !check.passed).length
if (tests) {
  passed += tests.numPassedTests
  failed += tests.numFailedTests
  // A file that does not even load has no test that could fail.
  failed += tests.testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
}
const ran = checks.length > 0 && (tests?.numTotalTests ?? 0) > 0
if (!ran) console.log('npm test ended before every check and test could run.')
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = ran && failed === 0 && tests.success ? 0 : 1

function read(name) {
  const file = join(results, name)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}
