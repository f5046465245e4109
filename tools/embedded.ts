/** The one place that speaks Miniflare: from wrangler.toml and bundles to a running system. */
import { dirname, join } from 'node:path'
import {
  Log,
  LogLevel,
  Miniflare,
  convertV4MiniflareOptions,
  fetch as fetchOutside,
} from 'miniflare'
import type { V4FetchHandler, V4ModuleRule, V4WorkerOptions, V4WorkerOptionsShape } from 'miniflare'
import {
  type Unstable_Config,
  unstable_getMiniflareWorkerOptions,
  unstable_readConfig,
} from 'wrangler'
import type { Bundle } from './bundle.ts'
import type { Playground } from './playground/playground.ts'
import { type Secrets, secretsOf, type Vars } from './secrets.ts'
import type { Worker } from './workers.ts'

type Options = V4WorkerOptionsShape & { modulesRules?: V4ModuleRule[] }
/** `vars` are said instead of, or beside, those of wrangler.toml. */
export type Parts = { bundles: Map<string, Bundle>; secrets: Secrets; vars?: Vars }

/** A Worker's bindings as Miniflare wants them, without code: what vitest.worker.ts gives the Worker under test. */
export function bindingsOf(worker: Worker, { bundles, secrets, vars }: Parts) {
  // The secrets are ours to give: left in, wrangler looks for them in files and the environment, and warns.
  const { secrets: _, ...config } = unstable_readConfig({ config: worker.configPath })
  const read = unstable_getMiniflareWorkerOptions(config as Unstable_Config)
    .workerOptions as Options
  const { rootPath: __, bindings = {}, serviceBindings = {}, ...options } = read
  const local = 'ENVIRONMENT' in bindings ? { ENVIRONMENT: 'local' } : {}
  return {
    ...options,
    bindings: { ...bindings, ...vars?.[worker.name], ...local, ...secretsOf(worker, secrets) },
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

/**
 * The static files of a Worker on a Worker of their own. Miniflare puts a router, itself a Worker, before each one that has
 * assets: it would cost every request of the API more than the whole policy of the gateway, to serve a few pages.
 */
function withFilesApart(options: V4WorkerOptions): V4WorkerOptions[] {
  const { assets, serviceBindings, ...rest } = options
  const binding = assets?.binding
  if (!assets || !binding) return [options]
  const name = `${options.name}-files`
  const script = `export default { fetch: (request, env) => env.${binding}.fetch(request) }`
  const date = { compatibilityDate: options.compatibilityDate ?? '' }
  return [
    { name, modules: true, script, assets, ...date },
    { ...rest, serviceBindings: { ...serviceBindings, [binding]: { name } } },
  ]
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
  /** Without it the system knows no `/playground`, as on Cloudflare. */
  playground?: Playground | undefined
  /** Receives what the Workers print. */
  onLog?: (line: { level: string; message: string }) => void
}
export type Running = { miniflare: Miniflare; stop: () => Promise<void> }

/**
 * A workerd has one thread, and hashing a password takes a tenth of a second of it: so this Worker gets a workerd of its own,
 * as it is alone on Cloudflare's network too. It keeps nothing, so its sockets on this machine give nothing away.
 */
const apart = 'coinop-password'

/** Starts every given Worker; resolves when they answer. */
export async function openSystem({ workers, ...settings }: System): Promise<Running> {
  const alone = workers.find(({ service }) => service === apart)
  if (!alone || workers.length === 1) return open(optionsOf(workers, settings), settings)
  const hashing = await open([onItsOwn(alone, settings)], { onLog: settings.onLog })
  try {
    const addresses = await addressesOf(hashing.miniflare, settings.bundles.get(apart)!)
    const others = workers.filter((worker) => worker !== alone)
    const options = optionsOf(others, settings).map((each) => reaching(each, addresses))
    const { miniflare, stop } = await open(options, settings)
    return { miniflare, stop: async () => void (await Promise.all([stop(), hashing.stop()])) }
  } catch (error) {
    await hashing.stop()
    throw error
  }
}

const optionsOf = (
  workers: Worker[],
  { listen, alsoListen = {}, playground, ...parts }: Omit<System, 'workers'>,
) =>
  workers.flatMap((worker) => {
    const address = worker.name === 'gateway' ? listen : alsoListen[worker.service]
    const sockets = address ? { unsafeDirectSockets: [address] } : {}
    const { bindings, ...options } = workerOptions(worker, parts)
    const local = { ...bindings, LOG_TOGETHER: 'yes' }
    return withFilesApart(withPlayground({ ...options, bindings: local, ...sockets }, playground))
  })

/** The page behind the gateway, and Discord's REST API around the bot: both answered by this process. */
function withPlayground(options: V4WorkerOptions, playground?: Playground): V4WorkerOptions {
  if (playground === undefined) return options
  const { page, outbound } = playground as unknown as Record<string, V4FetchHandler>
  if (options.name === 'coinop-gateway') {
    return { ...options, serviceBindings: { ...options.serviceBindings, PLAYGROUND: page! } }
  }
  if (options.name !== 'coinop-discord') return options
  // The request is Miniflare's own, which only its own fetch understands.
  const outboundService: V4FetchHandler = (request, miniflare) =>
    playground.isHere(request.url) ? outbound!(request, miniflare) : fetchOutside(request)
  return { ...options, outboundService }
}

/** A socket for each entrypoint, on a port that is free. */
function onItsOwn(worker: Worker, parts: Parts): V4WorkerOptions {
  const { exports } = parts.bundles.get(worker.service)!
  const socket = { host: '127.0.0.1', port: 0 }
  const unsafeDirectSockets = exports.map((entrypoint) => ({ ...socket, entrypoint }))
  return { ...workerOptions(worker, parts), unsafeDirectSockets }
}

/** Entrypoint to `host:port`. */
async function addressesOf(
  miniflare: Miniflare,
  { exports }: Bundle,
): Promise<Map<string, string>> {
  const found = exports.map(async (entrypoint) => {
    const { host } = await miniflare.unsafeGetDirectURL(apart, entrypoint)
    return [entrypoint, host] as const
  })
  return new Map(await Promise.all(found))
}

/** The Worker with its bindings to the one that is apart on their sockets. Props do not travel there; nothing asks for them. */
function reaching(options: V4WorkerOptions, addresses: Map<string, string>): V4WorkerOptions {
  const bindings = Object.entries(options.serviceBindings ?? {}).map(([binding, to]) => {
    const { name, entrypoint = 'default' } = to as { name: string; entrypoint?: string }
    const external = { address: addresses.get(entrypoint) ?? '', http: {} }
    return [binding, name === apart ? { external } : to] as const
  })
  return { ...options, serviceBindings: Object.fromEntries(bindings) }
}

async function open(
  workers: V4WorkerOptions[],
  { stateFolder, onLog }: Pick<System, 'stateFolder'> & { onLog?: System['onLog'] | undefined },
): Promise<Running> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      // The first Worker, the gateway, also answers `dispatchFetch`.
      workers: workers.toReversed(),
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
    return { miniflare, stop: () => miniflare.dispose() }
  } catch (error) {
    await miniflare.dispose()
    throw error
  }
}

/**
 * The bare runtime for benchmarks: a Worker that says hello on the socket `listen`, and, on the next port, one that hands
 * each request to it as the gateway hands them on, with a header of a caller's length and without any policy.
 */
export async function openHello(listen: { host: string; port: number }): Promise<Running> {
  const date = { compatibilityDate: '2026-11-01', modules: true }
  const hello = `export default { fetch: () => Response.json({ hello: 'world' }) }`
  const hop = `export default {
    fetch: async ({ method, url, headers: incoming }, env) => {
      const headers = new Headers(incoming)
      headers.set('coinop-caller', '${'x'.repeat(400)}')
      const answer = await env.HELLO.fetch(url, { method, headers })
      return new Response(answer.body, answer)
    },
  }`
  const next = { ...listen, port: listen.port + 1 }
  const serviceBindings = { HELLO: { name: 'hello' } }
  return open(
    [
      { name: 'hello', script: hello, unsafeDirectSockets: [listen], ...date },
      { name: 'hop', script: hop, unsafeDirectSockets: [next], serviceBindings, ...date },
    ],
    {},
  )
}
