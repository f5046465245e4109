/** The tests of one Worker run inside workerd, with its own bindings and with its real neighbours, from their bundles. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import type { TestProjectInlineConfiguration } from 'vitest/config'
import { buildAssets, type Bundle, bundleAll } from './tools/bundle.ts'
import { bindingsOf, workerOptions } from './tools/embedded.ts'
import { testSecrets, type Vars } from './tools/secrets.ts'
import {
  type Worker,
  findWorkers,
  leavesFirst,
  neighboursOf,
  readWorker,
  repository,
} from './tools/workers.ts'

/** With the template of `npm run new`, which is a Worker like the others. */
const all = leavesFirst([
  ...findWorkers(),
  readWorker(join(repository, 'tools/template/wrangler.toml')),
])
const secrets = testSecrets(all)
/** One build at a time in this process, whatever many projects ask for. */
let building: Promise<unknown> = Promise.resolve()

/** The vitest project of one Worker, in `workers/<name>` unless told otherwise. Neighbours are bundled when its tests are about to run. */
export function workerProject(
  name: string,
  folder = `workers/${name}`,
): TestProjectInlineConfiguration {
  const worker = all.find((each) => each.name === name)
  if (!worker) throw new Error(`No wrangler.toml is named coinop-${name}`)
  return {
    plugins: [
      cloudflareTest(({ inject }) =>
        poolOptions(worker, { auth: inject('authVars'), discord: inject('discordVars') }),
      ),
    ],
    test: {
      name,
      root: join(repository, folder),
      include: ['src/**/*.test.ts'],
      globalSetup: reachesDiscord(worker) ? [join(repository, 'tests/fake-discord-setup.ts')] : [],
      setupFiles: [join(repository, 'tools/vitest-setup.ts')],
      isolate: remembersKeys(worker),
      testTimeout: 15_000,
      hookTimeout: 15_000,
    },
  }
}

/**
 * Files share a workerd, whose start and whose modules cost more than most tests; the setup empties what they remember and
 * store. The gateway's cannot: its neighbour `auth` keeps the signing key in memory, and nothing here makes that forget it.
 */
const remembersKeys = (worker: Worker) => worker.name === 'gateway'
const reachesDiscord = (worker: Worker) => ['auth', 'gateway', 'discord'].includes(worker.name)

/** Buckets that an operator may bind: see the comment in that Worker's wrangler.toml. */
const optionalBuckets: Record<string, Record<string, string>> = {
  leaderboards: { LEADERBOARD_ARCHIVE: 'coinop-leaderboards' },
}

async function poolOptions(worker: Worker, vars: Vars) {
  if (worker.assetsFolder) await buildAssets()
  const neighbours = neighboursOf(worker, all)
  const parts = { bundles: await bundled(neighbours), secrets, vars }
  const own = bindingsOf(worker, parts)
  const theirs = neighbours.map((each) => bindingsOf(each, parts).d1Databases)
  return {
    main: worker.main,
    miniflare: {
      ...own,
      serviceBindings: { ...frontDoors(neighbours, parts.bundles), ...own.serviceBindings },
      r2Buckets: optionalBuckets[worker.name] ?? {},
      // A neighbour's database is the same database here: for its migrations, and to look at what it wrote.
      d1Databases: Object.assign({}, ...theirs, own.d1Databases),
      bindings: {
        ...own.bindings,
        TEST_MIGRATIONS: await migrationsOf([worker, ...neighbours]),
        TEST_SEED: process.env['SEED'] ?? '',
        TEST_RUNS: process.env['RUNS'] ?? '',
      },
      workers: neighbours.map((each) => workerOptions(each, parts)),
    },
  }
}

/** `GATEWAY_TO_WALLET` and so on: a neighbour as the gateway binds it, so that a test can begin with real money or users. */
function frontDoors(neighbours: Worker[], bundles: Map<string, Bundle>) {
  const answering = neighbours.filter(({ service }) =>
    bundles.get(service)?.exports.includes('default'),
  )
  const doors = answering.map(({ name, service }) => [
    `GATEWAY_TO_${name.toUpperCase()}`,
    { name: service, props: { caller: 'gateway' } },
  ])
  return Object.fromEntries(doors) as Record<string, { name: string; props: { caller: string } }>
}

async function migrationsOf(workers: Worker[]) {
  const databases = workers.flatMap((each) => each.databases)
  const migrations = databases.map(async ({ binding, migrationsFolder }) => {
    const found = existsSync(migrationsFolder) ? await readD1Migrations(migrationsFolder) : []
    return [binding, found] as const
  })
  return Object.fromEntries(await Promise.all(migrations))
}

function bundled(workers: Worker[]): Promise<Map<string, Bundle>> {
  const result = building.then(() => bundleAll(workers, { lastIfBroken: !process.env['CI'] }))
  building = result.catch(() => undefined)
  return result
}
