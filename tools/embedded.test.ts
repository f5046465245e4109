/** A whole system from a wrangler.toml: bindings, secrets, migrations and their bookkeeping, and data that stays. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Bundle } from './bundle.ts'
import { openSystem, type Running } from './embedded.ts'
import { applyMigrations } from './migrations.ts'
import { testSecret, testSecrets } from './secrets.ts'
import { type Worker, findWorkers } from './workers.ts'

const echo = `
name = "coinop-echo"
main = "src/index.js"
compatibility_date = "2026-11-01"
[[d1_databases]]
binding = "ECHO_DB"
database_name = "coinop-echo"
migrations_dir = "../../migrations/echo"
[secrets]
required = ["ECHO_SECRET"]
`
const gateway = `
name = "coinop-gateway"
main = "index.js"
compatibility_date = "2026-11-01"
[vars]
ENVIRONMENT = "production"
[[services]]
binding = "ECHO"
service = "coinop-echo"
entrypoint = "Echo"
props = { caller = "gateway" }
`
const echoCode = `
import { WorkerEntrypoint } from 'cloudflare:workers'
export class Echo extends WorkerEntrypoint {
  async say() {
    const row = await this.env.ECHO_DB.prepare('SELECT count(*) AS count FROM words').first()
    return { caller: this.ctx.props.caller, secret: this.env.ECHO_SECRET, count: row.count }
  }
}
export default {}
`
const gatewayCode = `
export default {
  fetch: async (_, env) => Response.json({ environment: env.ENVIRONMENT, ...(await env.ECHO.say()) }),
}
`

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coinop-embedded-'))
  write('workers/echo/wrangler.toml', echo)
  write('workers/echo/src/index.js', echoCode)
  write('wrangler.toml', gateway)
  write('index.js', gatewayCode)
  write('migrations/echo/0000_initial.sql', 'CREATE TABLE words (word TEXT);')
})
afterEach(() => rmSync(root, { recursive: true }))

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}

/** The sources as their own bundles: plain JavaScript needs none. */
function open() {
  const workers = findWorkers(root)
  const bundle = ({ service, main, name }: Worker): [string, Bundle] => {
    const sizes = { bytes: 0, gzippedBytes: 0, built: false, seconds: 0 }
    return [service, { name, scriptPath: main, exports: ['default', 'Echo'], ...sizes }]
  }
  const bundles = new Map(workers.map(bundle))
  const secrets = testSecrets(workers)
  return {
    workers,
    system: openSystem({ workers, bundles, secrets, stateFolder: join(root, 'state') }),
  }
}

type Opened = { workers: Worker[]; system: Running['miniflare'] }

async function inSystem<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
  const { workers, system } = open()
  const running = await system
  try {
    return await work({ workers, system: running.miniflare })
  } finally {
    await running.stop()
  }
}

test('bindings, entrypoints, props, secrets and the local environment come from wrangler.toml', async () => {
  await inSystem(async ({ system, workers }) => {
    await applyMigrations(system, workers)
    const response = await system.dispatchFetch('http://localhost/')
    expect(await response.json()).toEqual({
      environment: 'local',
      caller: 'gateway',
      secret: testSecret('ECHO_SECRET'),
      count: 0,
    })
  })
})

test('each migration is applied once, in order, and data stays from one start to the next', async () => {
  const first = await inSystem(async ({ system, workers }) => {
    const applied = await applyMigrations(system, workers)
    const database = await system.getD1Database('ECHO_DB', 'coinop-echo')
    await database.prepare("INSERT INTO words VALUES ('kept')").run()
    return applied
  })
  expect(first).toEqual(['echo/0000_initial.sql'])
  write(
    'migrations/echo/0001_more.sql',
    'ALTER TABLE words ADD at INTEGER;\nCREATE INDEX by_at ON words (at);',
  )
  await inSystem(async ({ system, workers }) => {
    expect(await applyMigrations(system, workers)).toEqual(['echo/0001_more.sql'])
    expect(await applyMigrations(system, workers)).toEqual([])
    const database = await system.getD1Database('ECHO_DB', 'coinop-echo')
    const recorded = await database.prepare('SELECT name FROM d1_migrations ORDER BY id').all()
    expect(recorded.results).toEqual([{ name: '0000_initial.sql' }, { name: '0001_more.sql' }])
    expect((await database.prepare('SELECT word FROM words').all()).results).toEqual([
      { word: 'kept' },
    ])
  })
})

test('a migration that fails leaves nothing of itself', async () => {
  write(
    'migrations/echo/0001_bad.sql',
    'CREATE TABLE half (a TEXT);\nINSERT INTO nowhere VALUES (1);',
  )
  await inSystem(async ({ system, workers }) => {
    await expect(applyMigrations(system, workers)).rejects.toThrow('nowhere')
    const database = await system.getD1Database('ECHO_DB', 'coinop-echo')
    const tables = await database
      .prepare("SELECT name FROM sqlite_master WHERE name = 'half'")
      .all()
    expect(tables.results).toEqual([])
  })
})
