/** A system inside this process, for tests that look into it or break it: the same bundles, secrets and migrations as ever. */
import type { Miniflare } from 'miniflare'
import { bundleAll } from '../tools/bundle.ts'
import { openSystem } from '../tools/embedded.ts'
import { applyMigrations } from '../tools/migrations.ts'
import { localSecrets, type Secrets } from '../tools/secrets.ts'
import { findWorkers, type Worker } from '../tools/workers.ts'
import { freePort, removeState, temporaryState } from './servers.ts'

type Bundles = Awaited<ReturnType<typeof bundleAll>>
type Address = { host: string; port: number }
type Options = {
  /** Workers beside those of the repository, and their bundles; each gets an address of its own. */
  more?: (workers: Worker[], bundles: Bundles) => Worker[]
}

export type OwnSystem = {
  miniflare: Miniflare
  workers: Worker[]
  stateFolder: string
  secrets: Secrets
  /** What the Workers have printed. */
  lines: string[]
  baseUrl: string
  /** By service, of the further Workers. */
  urls: Record<string, string>
  close: () => Promise<void>
}

export async function openOwnSystem({ more = () => [] }: Options = {}): Promise<OwnSystem> {
  const stateFolder = temporaryState()
  const workers = findWorkers()
  const bundles = await bundleAll(workers)
  const added = more(workers, bundles)
  const alsoListen: Record<string, Address> = {}
  for (const { service } of added) alsoListen[service] = await newAddress()
  const listen = await newAddress()
  const all = [...added, ...workers]
  const secrets = localSecrets(stateFolder, all)
  const lines: string[] = []
  const onLog = ({ message }: { message: string }) => void lines.push(...message.split('\n'))
  const parts = { workers: all, bundles, secrets, stateFolder }
  const { miniflare, stop } = await openSystem({ ...parts, listen, alsoListen, onLog })
  // Miniflare would end the process at once; here the test runner decides.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal)
  await applyMigrations(miniflare, workers)
  const urls = Object.entries(alsoListen).map(([service, each]) => [service, urlOf(each)])
  return {
    miniflare,
    workers,
    stateFolder,
    secrets,
    lines,
    baseUrl: urlOf(listen),
    urls: Object.fromEntries(urls) as Record<string, string>,
    close: async () => {
      await stop()
      removeState(stateFolder)
    },
  }
}

const newAddress = async (): Promise<Address> => ({ host: '127.0.0.1', port: await freePort() })
const urlOf = ({ host, port }: Address) => `http://${host}:${port}`
