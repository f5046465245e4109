/** In which order Workers go to Cloudflare, which takes no binding to a Worker or an entrypoint that is not there yet. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse, stringify } from 'smol-toml'
import type { Worker } from './workers.ts'

/** Deploys the Worker with this configuration, or throws. */
type Deploy = (worker: Worker, configPath: string) => void

/**
 * Deploys each whole, in the order given. One that is refused, and binds a Worker that comes later, goes without that binding
 * first, and once more when all are there.
 */
export function deployEach(workers: Worker[], deploy: Deploy): void {
  const again: Worker[] = []
  for (const worker of workers) {
    try {
      deploy(worker, worker.configPath)
    } catch (error) {
      if (worker.needsLater.length === 0) throw error
      deployWithout(worker, deploy)
      again.push(worker)
    }
  }
  for (const worker of again) deploy(worker, worker.configPath)
}

/** From a configuration beside the Worker's own, since it names files. */
function deployWithout(worker: Worker, deploy: Deploy): void {
  const { configPath, needsLater } = worker
  const config = parse(readFileSync(configPath, 'utf8')) as { services?: { service: string }[] }
  const services = (config.services ?? []).filter(({ service }) => !needsLater.includes(service))
  const path = join(dirname(configPath), 'wrangler.first.toml')
  console.log(
    `Perhaps ${needsLater.join(', ')} is not there yet: first without, and once more then.`,
  )
  writeFileSync(path, stringify({ ...config, services }))
  try {
    deploy(worker, path)
  } finally {
    rmSync(path)
  }
}
