/** From the repository to a running system with tables and a demo project: what `npm start` and `npm run dev` share. */
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, resolve } from 'node:path'
import type { Miniflare } from 'miniflare'
import { startCrons } from './cron.ts'
import { openSystem } from './embedded.ts'
import { watchForRotation } from './key-rotation.ts'
import { openLogFile } from './log-file.ts'
import { applyMigrations } from './migrations.ts'
import { createPlayground, isLoopback } from './playground/playground.ts'
import { claim } from './processes.ts'
import { bundled, step } from './progress.ts'
import { localSecrets, localVars, type Vars } from './secrets.ts'
import { type Demo, seed } from './seed.ts'
import { findWorkers, repository } from './workers.ts'

export type Settings = { stateFolder: string; host: string; port: number; baseUrl: string }

/** From the environment: COINOP_STATE, HOST, PORT. */
export function settings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const stateFolder = resolve(repository, environment['COINOP_STATE'] || '.coinop')
  const host = environment['HOST'] || '127.0.0.1'
  const text = environment['PORT'] || '8787'
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`PORT is "${text}": give a number from 1 to 65535`)
  }
  return { stateFolder, host, port, baseUrl: `http://localhost:${port}` }
}

export type Started = Settings & {
  demo: Demo
  logPath: string
  /** What the benchmarks look into. */
  miniflare: Miniflare
  stop: () => Promise<void>
}

/** Bundles, starts, migrates and seeds; prints each step. The system answers on `baseUrl` until `stop`. */
export async function startSystem({
  stateFolder,
  host,
  port,
  baseUrl,
}: Settings): Promise<Started> {
  assertWritable(stateFolder)
  const place = claim(stateFolder, baseUrl)
  await assertFree(port)
  const workers = findWorkers()
  const secrets = localSecrets(stateFolder, workers)
  const bundles = await bundled(workers)
  const log = openLogFile(stateFolder)
  // Its page is given the demo application's key, which is for nobody on the network.
  const playground = isLoopback(host) ? createPlayground(stateFolder) : undefined
  const running = await step('Start', () =>
    openSystem({
      workers,
      bundles,
      secrets,
      vars: merged(playground?.vars, localVars(stateFolder)),
      playground,
      stateFolder,
      listen: { host, port },
      onLog: log.write,
    }),
  )
  const { miniflare } = running
  // Miniflare would end the process at once; whoever started the system decides.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal)
  place.record()
  let stopTimers = () => {}
  const stop = async () => {
    stopTimers()
    await running.stop()
    await log.close()
    place.release()
  }
  try {
    await step('Migrate', async () => summary(await applyMigrations(miniflare, workers)))
    const demo = await step('Demo project', () =>
      seed({ miniflare, secrets, stateFolder, baseUrl }),
    )
    const report = ({ message }: Error) => log.write({ level: 'error', message })
    const timers = [
      startCrons(miniflare, workers, report),
      watchForRotation(miniflare, stateFolder, report),
    ]
    stopTimers = () => timers.forEach((end) => end())
    return { stateFolder, host, port, baseUrl, demo, logPath: log.path, miniflare, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What the operator wrote counts. */
const merged = (made: Vars = {}, written: Vars): Vars =>
  Object.fromEntries(
    [...Object.keys(made), ...Object.keys(written)].map((worker) => [
      worker,
      { ...made[worker], ...written[worker] },
    ]),
  )

const summary = (applied: string[]) => (applied.length > 0 ? `applied ${applied.join(', ')}` : '')

/** Resolves with the first request to stop; later ones are ignored, so that stopping is not interrupted. */
export function stopRequested(): Promise<void> {
  return new Promise((requested) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => requested())
    }
  })
}

function assertWritable(stateFolder: string): void {
  try {
    // Not recursive where nothing can be made: in some file systems that never ends.
    let parent = stateFolder
    while (!existsSync(parent)) parent = dirname(parent)
    accessSync(parent, constants.W_OK)
    mkdirSync(stateFolder, { recursive: true })
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new Error(
      `The state folder ${stateFolder} cannot be written (${reason}). Set COINOP_STATE to another folder.`,
      { cause: error },
    )
  }
}

async function assertFree(port: number): Promise<void> {
  for (const host of ['127.0.0.1', '::1']) {
    const taken = await new Promise<boolean>((answer) => {
      const socket = connect({ host, port }, () => answer(true)).on('error', () => answer(false))
      socket.unref()
      socket.on('connect', () => socket.destroy())
    })
    if (!taken) continue
    throw new Error(
      `Port ${port} is taken by another program. Stop that one, or choose another port:\n` +
        `  PORT=${port + 1} npm start`,
    )
  }
}
