/**
 * `npm run gen`: writes everything that follows from the code: types, contracts, upstreams, the reference, the SDK's types.
 * With `--check` it writes nothing and fails, naming the files, when something committed is not what would be written.
 */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { schemaTypes } from '../sdk/js/generate.ts'
import { mergeContracts, readContracts } from './contracts.ts'
import { apiPage, errorsPage } from './gen-docs.ts'
import { eventSchemas } from './gen-events.ts'
import { operationsSource } from './gen-operations.ts'
import { generateTypes } from './gen-types.ts'
import { readGatewayToml, upstreamsSource } from './gen-upstreams.ts'
import { fail, seconds } from './progress.ts'
import { repository } from './workers.ts'

/** Nothing else lives in these; a file that no longer follows from the code is removed. */
const wholeFolders = ['contracts/*.json', 'contracts/events/*.json']

/** Every generated file but the environment's types: path -> content. */
export async function generate(root = repository): Promise<Map<string, string>> {
  const contracts = await readContracts(root)
  const merged = mergeContracts(contracts)
  const files = await eventSchemas(root)
  for (const { worker, document } of contracts)
    files.set(`contracts/${worker}.json`, pretty(document))
  files.set('contracts/openapi.json', pretty(merged))
  files.set(
    'workers/gateway/src/upstreams.gen.ts',
    upstreamsSource(contracts, readGatewayToml(root)),
  )
  files.set('workers/gateway/src/operations.gen.ts', operationsSource(contracts))
  files.set('docs/errors.md', await errorsPage(root, contracts))
  files.set('docs/api.md', apiPage(contracts))
  files.set('sdk/js/src/schema.d.ts', await schemaTypes(merged))
  return files
}

const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

/** What is not as it would be generated: paths to write, and paths to remove. */
export function differences(files: Map<string, string>, root = repository) {
  const write = [...files].filter(([path, content]) => read(join(root, path)) !== content)
  const remove = globSync(wholeFolders, { cwd: root }).filter((path) => !files.has(path))
  return { write: write.map(([path]) => path).toSorted(), remove: remove.toSorted() }
}

const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)

/** Writes what is not as it should be and names it; with `check` throws instead. */
export async function regenerate(check = false): Promise<void> {
  const startedAt = performance.now()
  const staleTypes = generateTypes(check)
  const files = await generate()
  const { write, remove } = differences(files)
  if (check) {
    const stale = [
      ...staleTypes,
      ...write,
      ...remove.map((path) => `${path} (no longer generated)`),
    ]
    if (stale.length > 0) {
      throw new Error(
        `Not up to date:\n  ${stale.join('\n  ')}\nRun "npm run gen" and commit the result.`,
      )
    }
    console.log(
      `Generated files are up to date: ${files.size} of ours, and the types. ${seconds(startedAt).trim()}`,
    )
    return
  }
  for (const path of write) {
    mkdirSync(dirname(join(repository, path)), { recursive: true })
    writeFileSync(join(repository, path), files.get(path) ?? '')
  }
  for (const path of remove) rmSync(join(repository, path))
  for (const path of [...staleTypes, ...write]) console.log(`  written  ${path}`)
  for (const path of remove) console.log(`  removed  ${path}`)
  console.log(
    `${staleTypes.length + write.length + remove.length} files changed, ${seconds(startedAt).trim()}`,
  )
}

if (import.meta.main) await regenerate(process.argv.includes('--check')).catch(fail)
