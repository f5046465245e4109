/** The system of `npm start` with `meter.mjs` before every bundle: slower, and exact about what an operation reads and writes. */
import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { buildSync } from 'esbuild'
import { type Bundle, bundleAll } from '../tools/bundle.ts'
import { type Demo } from '../tools/demo.ts'
import { openSystem } from '../tools/embedded.ts'
import { applyMigrations } from '../tools/migrations.ts'
import { localSecrets } from '../tools/secrets.ts'
import { seed } from '../tools/seed.ts'
import { findWorkers, type Worker } from '../tools/workers.ts'
import type { Counters } from './prices.ts'

type Sums = Omit<Counters, 'requests'>
/** `writtenTo` is rows written by place: a table of D1, or of an object's class. */
export type Counted = Sums & { writtenTo: Map<string, number> }
export type Metered = {
  demo: Demo
  /** What `work` causes until nothing more follows from it, and `isWhole` says that nothing is missing. */
  count: (work: () => Promise<unknown>, isWhole?: (soFar: Counted) => boolean) => Promise<Counted>
  stop: () => Promise<void>
}

const quietMilliseconds = 2_500
const quietSecondsMax = 60

/** Starts it on `port`, with all it keeps under `stateFolder`. */
export async function openMetered(stateFolder: string, port: number): Promise<Metered> {
  const workers = findWorkers()
  const secrets = localSecrets(stateFolder, workers)
  const bundles = withMeters(await bundleAll(workers), workers, join(stateFolder, 'metered'))
  const meter = newMeter()
  const listen = { host: '127.0.0.1', port }
  const system = { workers, bundles, secrets, stateFolder, listen, onLog: meter.hear }
  const { miniflare, stop } = await openSystem(system)
  try {
    await applyMigrations(miniflare, workers)
    const baseUrl = `http://127.0.0.1:${port}`
    const demo = await seed({ miniflare, secrets, stateFolder, baseUrl })
    return { demo, count: meter.count, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

type Line = { meter: Sums; writtenTo: Record<string, number> }

/** Adds up the lines that `meter.mjs` prints. */
function newMeter() {
  let sums = nothing()
  let heardAt = 0
  const hear = ({ message }: { message: string }) => {
    if (!message.startsWith('{"meter":')) return
    const { meter, writtenTo } = JSON.parse(message) as Line
    for (const name of Object.keys(meter) as (keyof Sums)[]) sums[name] += meter[name]
    for (const [place, rows] of Object.entries(writtenTo)) {
      sums.writtenTo.set(place, (sums.writtenTo.get(place) ?? 0) + rows)
    }
    heardAt = performance.now()
  }
  const quiet = async (isWhole: (soFar: Counted) => boolean = () => true) => {
    const until = performance.now() + quietSecondsMax * 1_000
    while (performance.now() - heardAt < quietMilliseconds || !isWhole(sums)) {
      if (performance.now() > until) throw new Error('The metered system does not come to rest.')
      await wait(100)
    }
  }
  const count: Metered['count'] = async (work, isWhole) => {
    await quiet()
    sums = nothing()
    await work()
    heardAt = performance.now()
    await quiet(isWhole)
    const counted = sums
    sums = nothing()
    return counted
  }
  return { hear, count }
}

const nothing = (): Counted => ({
  objectRequests: 0,
  rowsRead: 0,
  rowsWritten: 0,
  queueOperations: 0,
  writtenTo: new Map(),
})

function withMeters(bundles: Map<string, Bundle>, workers: Worker[], folder: string) {
  const entries = [...bundles].map(([service, bundle]) => {
    const worker = workers.find((each) => each.service === service)!
    const wrapped = wrapObjects(bundle, objectsOf(worker), join(folder, service), meterOfObjects)
    return [service, wrapped] as const
  })
  return new Map(entries)
}

/** The classes that its wrangler.toml declares with storage of their own. */
const objectsOf = ({ configPath }: Worker): string[] =>
  [...readFileSync(configPath, 'utf8').matchAll(/^class_name = "(\w+)"/gm)].map(([, name]) => name!)

/** A module beside this one, and its function that wraps a class. */
type Wrapper = { file: string; wrap: string }
const meterOfObjects: Wrapper = { file: './meter.mjs', wrap: 'metered' }

/** The bundle with its exported `objects` wrapped, in one file again, as the local server wants it. */
export function wrapObjects(
  bundle: Bundle,
  objects: string[],
  folder: string,
  { file, wrap }: Wrapper,
): Bundle {
  const original = JSON.stringify(bundle.scriptPath)
  const others = bundle.exports.filter((name) => !objects.includes(name))
  const contents = [
    `import { ${wrap} } from '${file}'`,
    `import * as original from ${original}`,
    `export { ${others.join(', ')} } from ${original}`,
    ...objects.map((name) => `export const ${name} = ${wrap}(original.${name})`),
  ].join('\n')
  const scriptPath = join(folder, 'index.js')
  buildSync({
    stdin: { contents, resolveDir: import.meta.dirname },
    outfile: scriptPath,
    bundle: true,
    format: 'esm',
    target: 'es2024',
    external: ['cloudflare:*', 'node:*', ...builtinModules],
  })
  return { ...bundle, scriptPath }
}
