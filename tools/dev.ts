/** `npm run dev`: the same system and data as `npm start`, under `wrangler dev`, which reloads a Worker on save. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { quietWrangler, wrangler } from './bundle.ts'
import { claim } from './processes.ts'
import { fail } from './progress.ts'
import { type Secrets, localSecrets, secretsOf } from './secrets.ts'
import { type Settings, settings, startSystem, stopRequested } from './system.ts'
import { type Worker, findWorkers, repository } from './workers.ts'

try {
  const chosen = settings()
  console.log('Coinop, for development: preparing the data')
  const system = await startSystem(chosen)
  await system.stop()
  const workers = findWorkers()
  writeVariables(workers, localSecrets(chosen.stateFolder, workers))
  const code = await runDev(chosen, workers)
  removeVariables(workers)
  process.exit(code)
} catch (error) {
  fail(error)
}

/** `.dev.vars` beside each configuration: the only place where `wrangler dev` looks for every Worker. */
function writeVariables(workers: Worker[], secrets: Secrets): void {
  for (const worker of workers) {
    const values = {
      ...secretsOf(worker, secrets),
      ...(worker.hasEnvironment && { ENVIRONMENT: 'local' }),
    }
    const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`)
    const file = join(dirname(worker.configPath), '.dev.vars')
    const text = `# Written by npm run dev.\n${lines.join('')}`
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue
    writeFileSync(file, text, { mode: 0o600 })
  }
}

/** Left behind they would only confuse: `npm start` gives the Workers their secrets itself. */
function removeVariables(workers: Worker[]): void {
  for (const { configPath } of workers)
    rmSync(join(dirname(configPath), '.dev.vars'), { force: true })
}

async function runDev({ stateFolder, host, port, baseUrl }: Settings, workers: Worker[]) {
  const place = claim(stateFolder, baseUrl)
  // The first configuration is the one that answers HTTP.
  const configs = workers.toReversed().flatMap(({ configPath }) => ['-c', configPath])
  const address = ['--ip', host, '--port', String(port), '--inspector-port', '0']
  const args = [wrangler, 'dev', ...configs, '--persist-to', stateFolder, ...address]
  const env = { ...process.env, ...quietWrangler, FORCE_COLOR: '1' }
  console.log(
    `\nStarting wrangler dev on ${baseUrl}. Crons do not fire here; "[not connected]" in its tables is normal. Ctrl-C stops it.\n`,
  )
  // A group of its own: only we decide when it gets the signal.
  const child = spawn(process.execPath, args, {
    cwd: repository,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  })
  place.record()
  let stopping = false
  void stopRequested().then(() => {
    stopping = true
    process.kill(-child.pid!, 'SIGINT')
    setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 5000).unref()
  })
  const code = await new Promise<number | null>((ended) => child.on('close', ended))
  place.release()
  if (!stopping) console.error(`wrangler dev ended by itself with code ${code}`)
  return stopping ? 0 : 1
}
