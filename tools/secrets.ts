/** The secrets of local Workers: random, made when first needed, kept in the state folder, readable by its owner only. */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Worker } from './workers.ts'

/** By Worker, then by name: as on Cloudflare, two Workers do not share a secret because its name is the same. */
export type Secrets = Record<string, Record<string, string>>
/** The same shape for what is not made by us: `<stateFolder>/vars.json`, written by the operator, may be absent. */
export type Vars = Secrets

/** The secrets of `workers`; those that `<stateFolder>/secrets.json` lacks are made and added. */
export function localSecrets(stateFolder: string, workers: Worker[]): Secrets {
  const file = join(stateFolder, 'secrets.json')
  const secrets = readSecrets(file)
  let added = 0
  for (const worker of workers) {
    const own = (secrets[worker.name] ??= {})
    for (const name of worker.secrets) {
      if (own[name]) continue
      own[name] = randomBytes(32).toString('base64url')
      added += 1
    }
  }
  if (added > 0) writePrivate(file, secrets)
  return secrets
}

export const localVars = (stateFolder: string): Vars => readSecrets(join(stateFolder, 'vars.json'))

/** What one Worker's wrangler.toml requires, out of all. */
export function secretsOf(worker: Worker, secrets: Secrets): Record<string, string> {
  const entries = worker.secrets.map((name) => {
    const secret = secrets[worker.name]?.[name]
    if (!secret) throw new Error(`No value for the secret ${name} of ${worker.name}`)
    return [name, secret]
  })
  return Object.fromEntries(entries) as Record<string, string>
}

/** Recognisable and as long as real ones: 43 base64url characters, 32 bytes. */
export const testSecret = (name: string) => `test-only-${name}`.padEnd(43, 'A').slice(0, 43)

export const testSecrets = (workers: Worker[]): Secrets =>
  Object.fromEntries(
    workers.map(({ name, secrets }) => [
      name,
      Object.fromEntries(secrets.map((secret) => [secret, testSecret(secret)])),
    ]),
  )

/** Writes JSON that only its owner may read, whole or not at all. */
export function writePrivate(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true })
  const temporary = `${file}.${process.pid}`
  writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  chmodSync(temporary, 0o600)
  renameSync(temporary, file)
}

function readSecrets(file: string): Secrets {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Secrets
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    // Making new ones would lock out every key and session that the old ones signed.
    throw new Error(
      `${file} cannot be read: restore it, or delete the state folder to begin anew`,
      { cause: error },
    )
  }
}
