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
  /** The services this Worker binds, as deployed, which are there before it. */
  needs: string[]
  /** Those that it binds and that come after it. */
  needsLater: string[]
}

/**
 * Bindings that close a cycle: who binds, and whom. An entrypoint that is bound so asks no other Worker, or calls would go
 * round: see docs/decisions/0081.
 */
const later: Record<string, string[]> = { 'coinop-wallet': ['coinop-shop'] }

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
  const bound = [...new Set((config.services ?? []).map(({ service }) => service))]
  const isLater = (service: string) => later[config.name]?.includes(service) ?? false
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
    needs: bound.filter((service) => !isLater(service)),
    needsLater: bound.filter(isLater),
  }
}

type Node = { service: string; needs: string[]; needsLater?: string[] }

/** Sorts so that each comes after everything it needs before it; throws when two need each other so. */
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

/** Everything that `worker` reaches through service bindings, leaves first; itself only if another binds it in turn. */
export function neighboursOf<T extends Node>(worker: T, all: T[]): T[] {
  const byService = new Map(all.map((each) => [each.service, each]))
  const reached = new Set<T>()
  const visit = (from: T): void => {
    for (const need of [...from.needs, ...(from.needsLater ?? [])]) {
      const neighbour = known(byService, need, from.service)
      if (reached.has(neighbour)) continue
      reached.add(neighbour)
      visit(neighbour)
    }
  }
  visit(worker)
  return all.filter((each) => reached.has(each))
}

function known<T>(byService: Map<string, T>, service: string, asker: string): T {
  const worker = byService.get(service)
  if (worker) return worker
  throw new Error(`${asker} binds the service "${service}", and no wrangler.toml has that name`)
}
