/** Starts the system as its users do, on a free port and a state folder of its own, and ends it again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Demo } from '../tools/demo.ts'
import { repository } from '../tools/workers.ts'

export type Server = {
  baseUrl: string
  stateFolder: string
  demo: Demo
  secondsToReady: number
  output: () => string
  /** As Ctrl-C does; resolves with the exit code. */
  stop: () => Promise<number | null>
  /** As a power cut does. */
  kill: () => Promise<void>
}
type Options = { stateFolder?: string; port?: number; script?: string; readyText?: string }

const readySecondsMax = 120

export const temporaryState = (): string => mkdtempSync(join(tmpdir(), 'coinop-'))
export const removeState = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })

/** A port that nobody uses right now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Runs a script of tools/ until it says that it is ready. */
export async function startServer(options: Options = {}): Promise<Server> {
  const { stateFolder = temporaryState(), port = await freePort() } = options
  const { script = 'start', readyText = 'Ready in' } = options
  const startedAt = performance.now()
  const child = spawn(process.execPath, [join(repository, 'tools', `${script}.ts`)], {
    cwd: repository,
    env: { ...process.env, PORT: String(port), COINOP_STATE: stateFolder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  }
  await untilReady(child, () => printed, readyText)
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
    return child.exitCode
  }
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    stateFolder,
    demo: JSON.parse(readFileSync(join(stateFolder, 'demo.json'), 'utf8')) as Demo,
    secondsToReady: (performance.now() - startedAt) / 1_000,
    output: () => printed,
    stop: () => end('SIGINT'),
    kill: async () => void (await end('SIGKILL')),
  }
}

async function untilReady(child: ChildProcess, printed: () => string, text: string): Promise<void> {
  const deadline = performance.now() + readySecondsMax * 1_000
  while (!printed().includes(text)) {
    if (child.exitCode !== null) throw new Error(`It ended instead of starting:\n${printed()}`)
    if (performance.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`Not ready after ${readySecondsMax} s:\n${printed()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
