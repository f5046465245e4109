/** `npm run check`: runs every script of package.json named `check:…`, to the end, and prints each verdict and its time. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seconds } from './progress.ts'
import { repository } from './workers.ts'

export type Verdict = { name: string; passed: boolean }

/** Also written to `out/test/checks.json`, for `.ci/run` to count. */
export function runChecks(): Verdict[] {
  const verdicts = Object.keys(scripts())
    .filter((name) => name.startsWith('check:'))
    .map((name) => ({ name, passed: runCheck(name) }))
  const folder = join(repository, 'out/test')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'checks.json'), JSON.stringify(verdicts))
  return verdicts
}

/** What a check says is shown only when it fails. */
function runCheck(name: string): boolean {
  const startedAt = performance.now()
  const options = { cwd: repository, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', name], options)
  const passed = status === 0
  console.log(`${passed ? 'ok    ' : 'FAILED'}  ${name.padEnd(24)} ${seconds(startedAt)}`)
  if (!passed) console.log(`${stdout}${stderr}`.trimEnd().replace(/^/gm, '    '))
  return passed
}

function scripts(): Record<string, string> {
  const file = readFileSync(join(repository, 'package.json'), 'utf8')
  return (JSON.parse(file) as { scripts: Record<string, string> }).scripts
}

if (import.meta.main) {
  const failed = runChecks().filter(({ passed }) => !passed)
  if (failed.length > 0)
    console.log(`\n${failed.length} failed. "npm run fix" mends format and much of lint.`)
  process.exitCode = failed.length > 0 ? 1 : 0
}
