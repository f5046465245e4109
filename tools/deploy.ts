/**
 * `npm run deploy`: every Worker to Cloudflare, leaves first, the gateway last; for each its migrations, then its code. One that
 * binds a Worker which comes after it and is not there yet goes without that binding, and once more when it is.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Bundle, quietWrangler, wrangler } from './bundle.ts'
import { deployEach } from './deploy-order.ts'
import { bundled, fail, kibibytes } from './progress.ts'
import { type Secrets, secretsOf, writePrivate } from './secrets.ts'
import { type Database, type Worker, findWorkers, repository } from './workers.ts'

const gzippedBytesMax = 250 * 1024
const usage = `Usage: npm run deploy -- [<worker> ...] [--dry-run] [--secrets <file>]
  --dry-run         builds everything and prints the plan; needs no account
  --secrets <file>  JSON by Worker, {"auth": {"AUTH_SECRET": "..."}}: set with the code; needed the first time`

try {
  await main()
} catch (error) {
  fail(error)
}

async function main(): Promise<void> {
  const options = { 'dry-run': { type: 'boolean' }, secrets: { type: 'string' } } as const
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  const workers = chosen(findWorkers(), positionals)
  const bundles = await bundled(workers)
  console.log(`\n${planOf(workers, bundles)}\n`)
  assertSmall(workers, bundles)
  if (values['dry-run']) return console.log('Nothing was deployed: this was a dry run.')
  const secrets = values.secrets === undefined ? undefined : readSecrets(values.secrets)
  const existing = workers.some((worker) => worker.databases.length > 0) ? remoteDatabases() : []
  deployEach(workers, (worker, configPath) => deploy(worker, { configPath, existing, secrets }))
  console.log(`Deployed: ${workers.map(({ name }) => name).join(', ')}.`)
}

/** The named Workers in the order of all; every Worker without a name. */
function chosen(all: Worker[], names: string[]): Worker[] {
  const unknown = names.find((name) => !all.some((worker) => worker.name === name))
  if (unknown !== undefined) {
    const known = all.map(({ name }) => name).join(', ')
    throw new Error(`There is no Worker "${unknown}". There are: ${known}.\n\n${usage}`)
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name))
}

function planOf(workers: Worker[], bundles: Map<string, Bundle>): string {
  const rows = workers.map((worker, index) => [
    String(index + 1),
    worker.name,
    kibibytes(bundles.get(worker.service)?.gzippedBytes ?? 0),
    worker.databases.map(describeDatabase).join(', ') || '-',
    worker.secrets.join(', ') || '-',
  ])
  const table = [['', 'Worker', 'Gzipped', 'Databases', 'Secrets that must be set'], ...rows]
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)))
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function describeDatabase({ name, migrationsFolder }: Database): string {
  const count = migrationFiles(migrationsFolder).length
  return `${name} (${count} ${count === 1 ? 'migration' : 'migrations'})`
}

function migrationFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.sql'))
  } catch {
    return []
  }
}

function assertSmall(workers: Worker[], bundles: Map<string, Bundle>): void {
  for (const { name, service } of workers) {
    const bytes = bundles.get(service)?.gzippedBytes ?? 0
    if (bytes <= gzippedBytesMax) continue
    throw new Error(
      `${name} is ${kibibytes(bytes)} gzipped, and ${kibibytes(gzippedBytesMax)} is the limit: ` +
        `look for what is new in out/${name}/*/bundle-meta.json`,
    )
  }
}

function readSecrets(file: string): Secrets {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Secrets
  } catch (error) {
    throw new Error(`The secrets in ${file} cannot be read: ${String(error)}\n\n${usage}`, {
      cause: error,
    })
  }
}

type Deployment = { configPath: string; existing: string[]; secrets: Secrets | undefined }

function deploy(worker: Worker, { configPath, existing, secrets }: Deployment): void {
  console.log(`\n${worker.name}`)
  const config = ['--config', configPath]
  for (const { name, migrationsFolder } of worker.databases) {
    // Made here, not by the deployment, for the tables have to be there before the code.
    if (!existing.includes(name)) run(['d1', 'create', name])
    existing.push(name)
    if (migrationFiles(migrationsFolder).length > 0) {
      run(['d1', 'migrations', 'apply', name, '--remote', ...config])
    }
  }
  if (!secrets) return run(['deploy', ...config])
  const folder = mkdtempSync(join(tmpdir(), 'coinop-deploy-'))
  try {
    const file = join(folder, 'secrets.json')
    writePrivate(file, secretsOf(worker, secrets))
    run(['deploy', ...config, '--secrets-file', file])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function remoteDatabases(): string[] {
  const env = { ...process.env, ...quietWrangler }
  const options = { cwd: repository, env, encoding: 'utf8' } as const
  try {
    const list = execFileSync(process.execPath, [wrangler, 'd1', 'list', '--json'], options)
    return (JSON.parse(list) as { name: string }[]).map(({ name }) => name)
  } catch {
    throw new Error(
      'Cloudflare does not let us in. Run "npx wrangler login", or set CLOUDFLARE_API_TOKEN and ' +
        'CLOUDFLARE_ACCOUNT_ID.',
    )
  }
}

function run(args: string[]): void {
  const env = { ...process.env, ...quietWrangler }
  try {
    execFileSync(process.execPath, [wrangler, ...args], { cwd: repository, env, stdio: 'inherit' })
  } catch {
    throw new Error(
      `"wrangler ${args.join(' ')}" failed; its message is above. What was deployed before it stays, ` +
        'and running this again goes on.',
    )
  }
}
