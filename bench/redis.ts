/** A Redis of Debian's packages for one benchmark: its own folder, port and settings, gone afterwards. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createClient } from '@redis/client'

export type Redis = { version: string; url: string; stop: () => Promise<void> }

/** Every write goes to the file at once and to the disk each second: a crash of the machine loses up to a second. */
const settings = { appendonly: 'yes', appendfsync: 'everysec', save: '', bind: '127.0.0.1' }
const startSecondsMax = 20
const places = ['/usr/bin/redis-server', '/usr/local/bin/redis-server']

/** The program; undefined when it is not installed. */
export const findRedis = (): string | undefined => places.find((path) => existsSync(path))

/** Starts it; resolves when it answers. */
export async function startRedis(program: string, port: number): Promise<Redis> {
  const folder = mkdtempSync(join(tmpdir(), 'coinop-bench-redis-'))
  const remove = () =>
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  const changed = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  const args = ['--port', String(port), '--dir', folder, ...changed]
  const server = spawn(program, args, { cwd: folder, stdio: 'ignore' })
  const ended = once(server, 'exit')
  const abandon = () => {
    server.kill('SIGKILL')
    remove()
  }
  process.once('exit', abandon)
  const stop = async () => {
    server.kill('SIGKILL')
    await ended
    process.off('exit', abandon)
    remove()
  }
  const url = `redis://127.0.0.1:${port}`
  try {
    await answers(url, () => server.exitCode === null)
    const [version = ''] = execFileSync(program, ['--version'], { encoding: 'utf8' }).split(' sha')
    return { version, url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function answers(url: string, isRunning: () => boolean): Promise<void> {
  const until = performance.now() + startSecondsMax * 1_000
  while (isRunning() && performance.now() < until) {
    const client = createClient({ url, socket: { reconnectStrategy: false } })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.ping()
      await client.close()
      return
    } catch {
      await wait(100)
    }
  }
  throw new Error(`Redis did not start on ${url}.`)
}
