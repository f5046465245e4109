/** Writes `worker-configuration.d.ts` beside each configuration: the environment's type, with typed service bindings. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { repository as root } from './workers.ts'

/** Remembers for which inputs the types were last made or checked; wrangler takes a second for each Worker. */
const stampFile = join(root, 'node_modules/.cache/coinop/types.json')

/** What `npm run new` copies; a Worker like the others, that nobody binds. */
const template = 'tools/template/wrangler.toml'

type Stamps = { [file: string]: string }

/** Makes the types of every Worker whose inputs changed. With `check` nothing is written. Answers the files that were out of date. */
export function generateTypes(check: boolean): string[] {
  const configs = [
    'wrangler.toml',
    ...globSync('workers/*/wrangler.toml', { cwd: root }).toSorted(),
  ]
  const inputs = inputsHash(configs)
  const stamps = readStamps()
  const stale: string[] = []
  for (const config of [...configs, template]) {
    const name = config === 'wrangler.toml' ? 'gateway' : basename(dirname(config))
    const folder = config === 'wrangler.toml' ? 'workers/gateway' : dirname(config)
    const file = `${folder}/worker-configuration.d.ts`
    const before = read(join(root, file))
    if (before !== undefined && stamps[file] === stampOf(inputs, before)) continue
    const good = runWrangler(
      file,
      name,
      [config, ...configs.filter((other) => other !== config)],
      check,
    )
    const after = read(join(root, file))
    if (!good || before !== after) stale.push(file)
    if (good && after !== undefined) stamps[file] = stampOf(inputs, after)
  }
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, JSON.stringify(stamps))
  return stale
}

/** Whether the types are there and right. */
function runWrangler(file: string, name: string, configs: string[], check: boolean): boolean {
  const environment = `${name.charAt(0).toUpperCase()}${name.slice(1)}Env`
  const options = [
    '--env-interface',
    environment,
    '--include-runtime',
    'false',
    '--strict-vars',
    'false',
  ]
  const args = [
    join(root, 'node_modules/wrangler/bin/wrangler.js'),
    'types',
    file,
    ...configs.flatMap((path) => ['-c', path]),
    ...options,
    ...(check ? ['--check'] : []),
  ]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0 && !check)
    throw new Error(`The types of ${name} cannot be made:\n${stdout}${stderr}`)
  return status === 0
}

/** Everything wrangler looks at: the configurations and what the entry files export; and wrangler itself. */
function inputsHash(configs: string[]): string {
  const entries = globSync('workers/*/src/{index,rpc,*-object}.ts', { cwd: root }).toSorted()
  const hash = createHash('sha256')
  for (const file of [...configs, template, 'node_modules/wrangler/package.json']) {
    hash.update(`${file}\0`).update(readFileSync(join(root, file)))
  }
  for (const file of entries) {
    const exported = readFileSync(join(root, file), 'utf8').match(/^export .*$/gm) ?? []
    hash.update(`${file}\0`).update(exported.join('\n'))
  }
  return hash.digest('hex')
}

const stampOf = (inputs: string, content: string) =>
  createHash('sha256').update(inputs).update(content).digest('hex')

const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)

function readStamps(): Stamps {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8')) as Stamps
  } catch {
    return {}
  }
}

if (import.meta.main) generateTypes(process.argv.includes('--check'))
