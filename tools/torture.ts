/** `npm run torture -- --minutes 30`: the ledger's random tests again and again, each time with a seed that is printed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fail } from './progress.ts'
import { repository } from './workers.ts'

const rounds = [
  { project: 'wallet', files: ['src/ledger.model', 'src/bank', 'src/fail-points'] },
  { project: 'system', files: ['tests/ledger-kill'] },
]

try {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
  const minutes = Number(values.minutes)
  if (!(minutes > 0)) throw new Error('Usage: npm run torture -- --minutes 30')
  const until = performance.now() + minutes * 60_000
  for (let round = 0; performance.now() < until; round++) {
    await run(rounds[round % rounds.length]!, randomInt(1_000_000_000))
  }
} catch (error) {
  fail(error)
}

async function run({ project, files }: (typeof rounds)[number], seed: number): Promise<void> {
  console.log(`SEED=${seed} npx vitest run --project ${project} ${files.join(' ')}`)
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs')
  const args = [vitest, 'run', '--project', project, '--reporter=dot', ...files]
  const env = { ...process.env, SEED: String(seed) }
  const child = spawn(process.execPath, args, { cwd: repository, env, stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`Failed with SEED=${seed}`)
}
