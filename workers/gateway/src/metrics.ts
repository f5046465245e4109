/**
 * What `/metrics` shows: counters and durations of this isolate since it began, and what the ledger says of itself. Plain
 * numbers, because every request counts and hardly any is asked for: the text is made when it is.
 */

const bucketSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
/** Requests by how long they took: one number a bucket, and one for all that took longer. */
type Durations = { counts: number[]; sumSeconds: number }

const requests = new Map<string, number>()
const durations = new Map<string, Durations>()
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Labels come from closed lists only, so that no client can make new time series, and none needs escaping. */
export function measure(operation: string, method: string, status: number, seconds: number): void {
  const known = methods.has(method) ? method : 'other'
  const labels = `operation="${operation}",method="${known}",status="${status}"`
  requests.set(labels, (requests.get(labels) ?? 0) + 1)
  const taken = durationsOf(operation)
  const bucket = bucketSeconds.findIndex((atMost) => seconds <= atMost)
  taken.counts[bucket < 0 ? bucketSeconds.length : bucket]! += 1
  taken.sumSeconds += seconds
}

function durationsOf(operation: string): Durations {
  const known = durations.get(operation)
  if (known) return known
  const begun = { counts: [...bucketSeconds.map(() => 0), 0], sumSeconds: 0 }
  durations.set(operation, begun)
  return begun
}

/** What another Worker says of itself at this moment. */
export type AskedGauge = { name: string; help: string; value: number }

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8'

/** The Prometheus text format, version 0.0.4: what this isolate has counted, and what others were asked for. */
export function metricsText(asked: readonly AskedGauge[]): string {
  const lines = [
    '# HELP coinop_requests_total Requests answered, by operation, method and status.',
    '# TYPE coinop_requests_total counter',
    ...[...requests].map(([labels, count]) => `coinop_requests_total{${labels}} ${count}`),
    '# HELP coinop_request_duration_seconds Time from the first byte of the request to the answer, by operation.',
    '# TYPE coinop_request_duration_seconds histogram',
    ...[...durations].flatMap(([operation, taken]) => histogram(operation, taken)),
    ...asked.flatMap(({ name, help, value }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} gauge`,
      `${name} ${value}`,
    ]),
  ]
  return `${lines.join('\n')}\n`
}

/** Each bucket counts all that took at most so long. */
function histogram(operation: string, { counts, sumSeconds }: Durations): string[] {
  const name = 'coinop_request_duration_seconds'
  const label = `operation="${operation}"`
  let total = 0
  const buckets = counts.map((count, bucket) => {
    total += count
    return `${name}_bucket{le="${bucketSeconds[bucket] ?? '+Inf'}",${label}} ${total}`
  })
  return [...buckets, `${name}_sum{${label}} ${sumSeconds}`, `${name}_count{${label}} ${total}`]
}
