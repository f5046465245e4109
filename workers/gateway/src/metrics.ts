/** What `/metrics` shows: counters and durations of this isolate since it began, and what the ledger says of itself. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

const registry = new Registry()
const requests = new Counter({
  name: 'coinop_requests_total',
  help: 'Requests answered, by operation, method and status.',
  labelNames: ['operation', 'method', 'status'] as const,
  registers: [registry],
})
const durations = new Histogram({
  name: 'coinop_request_duration_seconds',
  help: 'Time from the first byte of the request to the answer, by operation.',
  labelNames: ['operation'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  registers: [registry],
})

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Labels come from closed lists only, so that no client can make new time series. */
export function measure(operation: string, method: string, status: number, seconds: number): void {
  const known = methods.has(method) ? method : 'other'
  requests.inc({ operation, method: known, status })
  durations.observe({ operation }, seconds)
}

/** What another Worker says of itself at this moment. */
export type AskedGauge = { name: string; help: string; value: number }

/** The Prometheus text format, version 0.0.4: what this isolate has counted, and what others were asked for. */
export async function metricsText(asked: readonly AskedGauge[]): Promise<string> {
  const others = new Registry()
  for (const { name, help, value } of asked) {
    new Gauge({ name, help, registers: [others] }).set(value)
  }
  return (await registry.metrics()) + (await others.metrics())
}
export const metricsContentType = registry.contentType
