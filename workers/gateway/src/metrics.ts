/**
 * What `/metrics` shows: counters and durations of this isolate since it began, and what the ledger says of itself. Plain
 * numbers, because every request counts and hardly any is asked for: the text is made when it is.
 */

const bucketSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
type Series = {
  /** By method, then by status. */
  answers: Map<string, Map<number, number>>
  /** By how long they took: one number a bucket, and one for all that took longer. */
  buckets: number[]
  sumSeconds: number
}

const operations = new Map<string, Series>()
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Labels come from closed lists only, so that no client can make new time series, and none needs escaping. */
export function measure(operation: string, method: string, status: number, seconds: number): void {
  const series = seriesOf(operation)
  const answers = answersTo(series, methods.has(method) ? method : 'other')
  answers.set(status, (answers.get(status) ?? 0) + 1)
  const bucket = bucketSeconds.findIndex((atMost) => seconds <= atMost)
  series.buckets[bucket < 0 ? bucketSeconds.length : bucket]! += 1
  series.sumSeconds += seconds
}

function seriesOf(operation: string): Series {
  const known = operations.get(operation)
  if (known) return known
  const buckets = [...bucketSeconds.map(() => 0), 0]
  const begun: Series = { answers: new Map(), buckets, sumSeconds: 0 }
  operations.set(operation, begun)
  return begun
}

function answersTo({ answers }: Series, method: string): Map<number, number> {
  const known = answers.get(method)
  if (known) return known
  const begun = new Map<number, number>()
  answers.set(method, begun)
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
    ...[...operations].flatMap(([operation, series]) => counters(operation, series)),
    '# HELP coinop_request_duration_seconds Time from the first byte of the request to the answer, by operation.',
    '# TYPE coinop_request_duration_seconds histogram',
    ...[...operations].flatMap(([operation, series]) => histogram(operation, series)),
    ...asked.flatMap(({ name, help, value }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} gauge`,
      `${name} ${value}`,
    ]),
  ]
  return `${lines.join('\n')}\n`
}

const counters = (operation: string, { answers }: Series): string[] =>
  [...answers].flatMap(([method, byStatus]) =>
    [...byStatus].map(([status, count]) => {
      const labels = `operation="${operation}",method="${method}",status="${status}"`
      return `coinop_requests_total{${labels}} ${count}`
    }),
  )

/** Each bucket counts all that took at most so long. */
function histogram(operation: string, series: Series): string[] {
  const name = 'coinop_request_duration_seconds'
  const label = `operation="${operation}"`
  let total = 0
  const buckets = series.buckets.map((count, bucket) => {
    total += count
    return `${name}_bucket{le="${bucketSeconds[bucket] ?? '+Inf'}",${label}} ${total}`
  })
  return [
    ...buckets,
    `${name}_sum{${label}} ${series.sumSeconds}`,
    `${name}_count{${label}} ${total}`,
  ]
}
