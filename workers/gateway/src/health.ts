/** Asks each Worker's own `/healthz` through its binding. */
import { now } from '@coinop/shared/clock'
import { version } from '@coinop/shared/version'
import { services } from './upstreams.gen.ts'

export type WorkerHealth = { status: 'ok' | 'down'; latencyMs: number; version: string | null }
export type Health = {
  status: 'ok' | 'down'
  version: string
  workers: Record<string, WorkerHealth>
}

const timeoutMilliseconds = 2_000

/** Asks all Workers that the configuration names, at the same time. */
export async function healthOfAll(env: GatewayEnv): Promise<Health> {
  const entries = await Promise.all(services.map((binding) => answerOf(binding, env[binding])))
  const healthy = entries.every(([, { status }]) => status === 'ok')
  return { status: healthy ? 'ok' : 'down', version, workers: Object.fromEntries(entries) }
}

async function answerOf(binding: string, service: Fetcher): Promise<[string, WorkerHealth]> {
  const startedAt = now()
  const version = await versionOf(service)
  const health = { latencyMs: now() - startedAt, version: version ?? null }
  return [binding.toLowerCase(), { status: version === undefined ? 'down' : 'ok', ...health }]
}

/** The version that a healthy Worker answers; undefined for any other answer and for none. */
async function versionOf(service: Fetcher): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(timeoutMilliseconds)
    const response = await service.fetch('http://worker/healthz', { signal })
    if (!response.ok) return undefined
    const { version } = await response.json<{ version: string }>()
    return version
  } catch {
    return undefined
  }
}
