/** The one place that speaks Miniflare: from wrangler.toml and bundles to a running system. */
import { dirname, join } from 'node:path'
import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from 'miniflare'
import type { V4ModuleRule, V4WorkerOptions, V4WorkerOptionsShape } from 'miniflare'
import {
  type Unstable_Config,
  unstable_getMiniflareWorkerOptions,
  unstable_readConfig,
} from 'wrangler'
import type { Bundle } from './bundle.ts'
import { type Secrets, secretsOf } from './secrets.ts'
import type { Worker } from './workers.ts'

type Options = V4WorkerOptionsShape & { modulesRules?: V4ModuleRule[] }
export type Parts = { bundles: Map<string, Bundle>; secrets: Secrets }

/** A Worker's bindings as Miniflare wants them, without code: what vitest.worker.ts gives the Worker under test. */
export function bindingsOf(worker: Worker, { bundles, secrets }: Parts) {
  // The secrets are ours to give: left in, wrangler looks for them in files and the environment, and warns.
  const { secrets: _, ...config } = unstable_readConfig({ config: worker.configPath })
  const read = unstable_getMiniflareWorkerOptions(config as Unstable_Config)
    .workerOptions as Options
  const { rootPath: __, bindings = {}, serviceBindings = {}, ...options } = read
  const local = 'ENVIRONMENT' in bindings ? { ENVIRONMENT: 'local' } : {}
  return {
    ...options,
    bindings: { ...bindings, ...local, ...secretsOf(worker, secrets) },
    serviceBindings: Object.fromEntries(
      Object.entries(serviceBindings).filter(([binding, to]) => {
        const { name, entrypoint } = to as { name: string; entrypoint?: string }
        return answered({ worker, binding, bundle: bundles.get(name), entrypoint })
      }),
    ),
  }
}

type Ask = {
  worker: Worker
  binding: string
  bundle: Bundle | undefined
  entrypoint?: string | undefined
}

const warned = new Set<string>()

/** Whether the neighbour's code has the entrypoint. Without it workerd would start nothing at all, so CI stops here. */
function answered({ worker, binding, bundle, entrypoint }: Ask): boolean {
  if (!bundle || !entrypoint || bundle.exports.includes(entrypoint)) return true
  const problem = `${worker.name} has no ${binding}: workers/${bundle.name} does not export ${entrypoint}`
  if (process.env['CI']) throw new Error(problem)
  if (!warned.has(problem)) console.warn(problem)
  warned.add(problem)
  return false
}

/** A Worker from its production bundle. */
export function workerOptions(worker: Worker, parts: Parts): V4WorkerOptions {
  const { modulesRules: _, ...bindings } = bindingsOf(worker, parts)
  const bundle = parts.bundles.get(worker.service)
  if (!bundle) throw new Error(`No bundle of ${worker.name}: call bundleAll() first`)
  const { scriptPath } = bundle
  const code = { modules: true, modulesRoot: dirname(scriptPath), scriptPath }
  return { ...bindings, name: worker.service, ...code }
}

type Address = { host: string; port: number }
type System = Parts & {
  workers: Worker[]
  /** Holds all data. `wrangler dev --persist-to` on the same folder sees the same. Without it: memory. */
  stateFolder?: string
  /** Where the gateway listens, without a development proxy in between. Without it: only from this process. */
  listen?: Address
  /** Further Workers with an address of their own, by service. */
  alsoListen?: Record<string, Address>
  /** Receives what the Workers print. */
  onLog?: (line: { level: string; message: string }) => void
}

/** Starts every given Worker in one process; resolves when they answer. */
export async function openSystem(system: System) {
  const { workers, stateFolder, listen, alsoListen = {}, onLog, ...parts } = system
  const options = workers.map((worker) => {
    const address = worker.name === 'gateway' ? listen : alsoListen[worker.service]
    const sockets = address ? { unsafeDirectSockets: [address] } : {}
    return { ...workerOptions(worker, parts), ...sockets }
  })
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      // The first Worker, the gateway, also answers `dispatchFetch`.
      workers: options.toReversed(),
      cf: false,
      // For tools/cron.ts; only on Miniflare's own address, which nobody is told.
      unsafeTriggerHandlers: true,
      log: new Log(LogLevel.ERROR),
      ...(stateFolder && { resourcePersistencePath: join(stateFolder, 'v3') }),
      ...(onLog && { handleStructuredLogs: onLog }),
    }),
  )
  try {
    await miniflare.ready
    return miniflare
  } catch (error) {
    await miniflare.dispose()
    throw error
  }
}

/** The bare runtime for benchmarks: a Worker that only says hello, on a socket of its own like the gateway's. */
export async function openHello(listen: { host: string; port: number }): Promise<Miniflare> {
  const script = `export default { fetch: () => new Response('hello') }`
  const worker = { name: 'hello', modules: true, script, unsafeDirectSockets: [listen] }
  const date = { compatibilityDate: '2026-11-01' }
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      workers: [{ ...worker, ...date }],
      cf: false,
      log: new Log(LogLevel.ERROR),
    }),
  )
  await miniflare.ready
  return miniflare
}
