/** A PostgreSQL of Debian's packages for one benchmark: its own folder, port and settings, gone afterwards. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

export type Postgres = { version: string; url: string; stop: () => Promise<void> }

/** What differs from the defaults: memory as its documentation advises. `fsync` and `synchronous_commit` are on, as always. */
const settings = { shared_buffers: '256MB', listen_addresses: '127.0.0.1', max_connections: '60' }
const user = 'bench'
const startSecondsMax = 20

/** The folder with `initdb` and `postgres`, of the newest version that is installed; undefined without any. */
export function findPostgres(): string | undefined {
  const versionOf = (path: string) => Number(path.split('/').at(-3))
  return globSync('/usr/lib/postgresql/*/bin/postgres')
    .toSorted((a, b) => versionOf(a) - versionOf(b))
    .at(-1)
    ?.replace(/\/postgres$/, '')
}

/** Makes a cluster and starts it; resolves when it accepts connections. */
export async function startPostgres(programs: string, port: number): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'coinop-bench-postgres-'))
  const owner = ownerOf()
  if (owner) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const options = { ...owner, cwd: folder }
  // Its processes may still write when this one ends in a hurry.
  const remove = () =>
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  try {
    const cluster = ['-D', data, '-U', user, '--auth=trust', '-E', 'UTF8', '--locale=C']
    execFileSync(join(programs, 'initdb'), cluster, { ...options, stdio: 'pipe' })
    const version = execFileSync(join(programs, 'postgres'), ['--version'], { encoding: 'utf8' })
    const changed = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const args = ['-D', data, '-p', String(port), '-k', folder, ...changed]
    const server = spawn(join(programs, 'postgres'), args, { ...options, stdio: 'ignore' })
    const ended = once(server, 'exit')
    const abandon = () => {
      server.kill('SIGQUIT')
      remove()
    }
    process.once('exit', abandon)
    const stop = async () => {
      server.kill('SIGINT')
      await ended
      process.off('exit', abandon)
      remove()
    }
    await accepts(programs, port, () => server.exitCode === null)
    return { version: version.trim(), url: `postgres://${user}@127.0.0.1:${port}/postgres`, stop }
  } catch (error) {
    remove()
    throw error
  }
}

/** PostgreSQL refuses to run as root: then it is the user that its package made. */
function ownerOf(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

async function accepts(programs: string, port: number, isRunning: () => boolean): Promise<void> {
  const until = performance.now() + startSecondsMax * 1_000
  const args = ['-q', '-h', '127.0.0.1', '-p', String(port)]
  while (isRunning() && performance.now() < until) {
    if (spawnSync(join(programs, 'pg_isready'), args).status === 0) return
    await wait(100)
  }
  throw new Error(`PostgreSQL did not start on port ${port}.`)
}
