/** Reads every Worker's wrangler.toml: names, bindings and order come from there and are typed nowhere else. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'smol-toml'

export const repository = join(import.meta.dirname, '..')

type Configuration = {
  name: string
  main: string
  vars?: Record<string, unknown>
  services?: { binding: string; service: string; entrypoint?: string }[]
  d1_databases?: { binding: string; database_name: string; migrations_dir?: string }[]
  triggers?: { crons?: string[] }
  secrets?: { required?: string[] }
  assets?: { directory?: string }
}

export type Database = { binding: string; name: string; migrationsFolder: string }

export type Worker = {
  /** Short, as in `workers/<name>`. */
  name: string
  /** As deployed: `coinop-<name>`. */
  service: string
  configPath: string
  main: string
  databases: Database[]
  crons: string[]
  secrets: string[]
  assetsFolder: string | undefined
  /** Whether it asks where it runs: `ENVIRONMENT` among its vars. */
  hasEnvironment: boolean
  /** The services this Worker binds, as deployed. */
  needs: string[]
}

/** Every Worker of the repository, leaves first, the gateway last. */
export function findWorkers(root = repository): Worker[] {
  const configs = [
    'wrangler.toml',
    ...globSync('workers/*/wrangler.toml', { cwd: root }).toSorted(),
  ]
  return leavesFirst(configs.map((path) => readWorker(join(root, path))))
}

/** One Worker, out of its configuration. */
export function readWorker(configPath: string): Worker {
  const config = parse(readFileSync(configPath, 'utf8')) as unknown as Configuration
  const folder = dirname(configPath)
  const databases = (config.d1_databases ?? []).map((database) => ({
    binding: database.binding,
    name: database.database_name,
    migrationsFolder: join(folder, database.migrations_dir ?? 'migrations'),
  }))
  return {
    name: config.name.replace(/^coinop-/, ''),
    service: config.name,
    configPath,
    main: join(folder, config.main),
    databases,
    crons: config.triggers?.crons ?? [],
    secrets: config.secrets?.required ?? [],
    hasEnvironment: 'ENVIRONMENT' in (config.vars ?? {}),
    assetsFolder: config.assets?.directory && join(folder, config.assets.directory),
    needs: [...new Set((config.services ?? []).map(({ service }) => service))],
  }
}

type Node = { service: string; needs: string[] }

/** Sorts so that each comes after everything it needs; throws when two need each other. */
export function leavesFirst<T extends Node>(workers: T[]): T[] {
  const byService = new Map(workers.map((worker) => [worker.service, worker]))
  const sorted = new Set<T>()
  const visit = (worker: T, path: string[]): void => {
    if (sorted.has(worker)) return
    const way = [...path, worker.service]
    if (path.includes(worker.service))
      throw new Error(`Service bindings form a cycle: ${way.join(' -> ')}`)
    for (const need of worker.needs) visit(known(byService, need, worker.service), way)
    sorted.add(worker)
  }
  for (const worker of workers) visit(worker, [])
  return [...sorted]
}

/** Everything that `worker` reaches through service bindings, leaves first, without itself. */
export function neighboursOf<T extends Node>(worker: T, all: T[]): T[] {
  const byService = new Map(all.map((each) => [each.service, each]))
  const reached = new Set<T>()
  const visit = (from: T): void => {
    for (const need of from.needs) {
      const neighbour = known(byService, need, from.service)
      if (reached.has(neighbour)) continue
      reached.add(neighbour)
      visit(neighbour)
    }
  }
  visit(worker)
  return all.filter((each) => each !== worker && reached.has(each))
}

function known<T>(byService: Map<string, T>, service: string, asker: string): T {
  const worker = byService.get(service)
  if (worker) return worker
  throw new Error(`${asker} binds the service "${service}", and no wrangler.toml has that name`)
}
