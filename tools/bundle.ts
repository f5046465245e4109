/** Builds the production bundle of a Worker with wrangler, and only when something it is made of has changed. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { globSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { gzipSync } from 'node:zlib'
import { buildPublic } from './public.ts'
import { type Worker, repository } from './workers.ts'

export type Bundle = {
  name: string
  scriptPath: string
  /** The names that the script exports: `default`, entrypoints, Durable Objects. */
  exports: string[]
  bytes: number
  gzippedBytes: number
  built: boolean
  seconds: number
}
/** What a bundle was made of; kept beside it as `out/<name>/latest.json`. */
type Record = {
  inputs: string[]
  hash: string
  script: string
  exports: string[]
  bytes: number
  gzippedBytes: number
}
type Options = {
  /** Hears of each bundle as it is done. */
  report?: (bundle: Bundle) => void
  /** Takes the last bundle, with a warning, of a Worker that does not build just now. */
  lastIfBroken?: boolean
}

const atOnceMax = 2
const versionsKept = 4
const unusedMillisecondsMax = 3_600_000

/** Bundles several Workers, two at a time; by service name. */
export async function bundleAll(
  workers: Worker[],
  { report, lastIfBroken = false }: Options = {},
): Promise<Map<string, Bundle>> {
  if (workers.some(({ name }) => name === 'gateway')) buildPublic()
  if (workers.some(({ assetsFolder }) => assetsFolder)) await buildAssets()
  const waiting = [...workers]
  const bundles = new Map<string, Bundle>()
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const bundle = await bundleWorker(next, lastIfBroken)
      bundles.set(next.service, bundle)
      report?.(bundle)
    }
  }
  await Promise.all(Array.from({ length: atOnceMax }, lane))
  return bundles
}

/** The files that the gateway serves are generated and not committed; making them takes milliseconds. */
export async function buildAssets(): Promise<void> {
  const { buildPublic } = await import('./public.ts')
  buildPublic()
}

/** Each content has a folder of its own, so that a process that builds never disturbs one that reads. */
async function bundleWorker(worker: Worker, lastIfBroken: boolean): Promise<Bundle> {
  const startedAt = performance.now()
  const folder = join(repository, 'out', worker.name)
  const describe = (record: Record, built: boolean): Bundle => ({
    name: worker.name,
    scriptPath: join(folder, record.hash, record.script),
    exports: record.exports,
    bytes: record.bytes,
    gzippedBytes: record.gzippedBytes,
    built,
    seconds: (performance.now() - startedAt) / 1000,
  })
  const latest = readRecord(folder)
  if (latest && latest.hash === hashOf(latest.inputs) && existsSync(join(folder, latest.hash))) {
    utimesSync(join(folder, latest.hash), new Date(), new Date())
    return describe(latest, false)
  }
  try {
    const record = await build(worker, folder)
    removeOldVersions(folder)
    return describe(record, true)
  } catch (error) {
    if (!latest || !lastIfBroken) throw error
    console.warn(`${String(error)}\nUsing the last bundle of "${worker.name}" that worked.`)
    return describe(latest, false)
  }
}

/** What esbuild says of its work. */
type Metadata = {
  inputs: object
  outputs: { [path: string]: { entryPoint?: string; exports: string[] } }
}

async function build(worker: Worker, folder: string): Promise<Record> {
  const temporary = join(folder, `building-${process.pid}`)
  rmSync(temporary, { recursive: true, force: true })
  mkdirSync(temporary, { recursive: true })
  try {
    await runWrangler(worker, temporary)
    const file = join(temporary, 'bundle-meta.json')
    const metadata = JSON.parse(readFileSync(file, 'utf8')) as Metadata
    const inputs = inputsOf(worker, Object.keys(metadata.inputs))
    const hash = hashOf(inputs)
    const main = Object.entries(metadata.outputs).find(([, output]) => output.entryPoint)
    if (!main) throw new Error(`wrangler left no script for ${worker.name} in ${temporary}`)
    const record = {
      inputs,
      hash,
      script: basename(main[0]),
      exports: main[1].exports,
      ...sizesOf(temporary),
    }
    if (!existsSync(join(folder, hash))) renameSync(temporary, join(folder, hash))
    writeFileSync(join(folder, `latest-${process.pid}.json`), JSON.stringify(record, null, 2))
    renameSync(join(folder, `latest-${process.pid}.json`), join(folder, 'latest.json'))
    return record
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** The wrangler of this repository, on the Node that runs us, without its banner, its metrics and its questions. */
export const wrangler = join(repository, 'node_modules/wrangler/bin/wrangler.js')
export const quietWrangler = {
  CI: 'true',
  FORCE_COLOR: '0',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_WRITE_LOGS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
}

function runWrangler(worker: Worker, folder: string): Promise<void> {
  const options = ['--outdir', folder, '--metafile', join(folder, 'bundle-meta.json')]
  const args = [wrangler, 'deploy', '--dry-run', ...options, '--config', worker.configPath]
  const env = { ...process.env, ...quietWrangler }
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, args, { cwd: repository, env, stdio: 'pipe' })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', failed)
    child.on('close', (code) => {
      if (code === 0) done()
      else failed(new Error(`Worker "${worker.name}" does not bundle:\n${plain(output)}`))
    })
  })
}

const plain = (output: string) => stripVTControlCharacters(output).trim()

/** Everything esbuild read, without packages: those are covered by package-lock.json. */
function inputsOf(worker: Worker, read: string[]): string[] {
  const folder = dirname(worker.configPath)
  const bases = [repository, folder, dirname(worker.main)]
  const sources = read
    .filter((path) => !path.includes('node_modules/'))
    .flatMap(
      (path) => bases.map((base) => resolve(base, path)).find((file) => existsSync(file)) ?? [],
    )
    .filter((file) => file.startsWith(repository) && !file.includes('/.wrangler/'))
  const own = globSync(`${dirname(worker.main)}/**/*`).filter(
    (file) => !file.endsWith('.test.ts') && statSync(file).isFile(),
  )
  const always = [worker.configPath, join(repository, 'package-lock.json')]
  return [
    ...new Set([...sources, ...own, ...always].map((file) => relative(repository, file))),
  ].toSorted()
}

function hashOf(inputs: string[]): string {
  const hash = createHash('sha256')
  for (const input of inputs) {
    const file = join(repository, input)
    hash.update(`${input}\0`).update(existsSync(file) ? readFileSync(file) : 'absent')
  }
  return hash.digest('hex').slice(0, 16)
}

function sizesOf(folder: string): { bytes: number; gzippedBytes: number } {
  const files = readdirSync(folder).filter((file) => !/\.(map|md)$|^bundle-meta\.json$/.test(file))
  const contents = files.map((file) => readFileSync(join(folder, file)))
  return {
    bytes: contents.reduce((sum, content) => sum + content.length, 0),
    gzippedBytes: contents.reduce((sum, content) => sum + gzipSync(content).length, 0),
  }
}

function readRecord(folder: string): Record | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'latest.json'), 'utf8')) as Record
  } catch {
    return undefined
  }
}

/** What another process may still be reading stays: the newest, and what was used within the hour. */
function removeOldVersions(folder: string): void {
  const versions = readdirSync(folder)
    .filter((name) => /^([0-9a-f]{16}|building-\d+)$/.test(name))
    .map((name) => ({ path: join(folder, name), usedAt: statSync(join(folder, name)).mtimeMs }))
    .toSorted((a, b) => b.usedAt - a.usedAt)
    .slice(versionsKept)
    .filter(({ usedAt }) => Date.now() - usedAt > unusedMillisecondsMax)
  for (const { path } of versions) rmSync(path, { recursive: true, force: true })
}
