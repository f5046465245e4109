/** What work costs on Cloudflare's paid plan, from counters: list prices of the end of 2026, without what a plan includes. */

export type Counters = {
  /** Requests to the public Worker; calls between Workers are free. */
  requests: number
  /** Calls of Durable Objects, alarms included. */
  objectRequests: number
  /** D1 and the SQLite of objects cost the same. */
  rowsRead: number
  rowsWritten: number
  queueOperations: number
}

const dollarsPerMillion: Counters = {
  requests: 0.3,
  objectRequests: 0.15,
  rowsRead: 0.001,
  rowsWritten: 1,
  queueOperations: 0.4,
}

/** Dollars for a million operations, when `operations` of them made these counters. CPU time and duration are not in it. */
export function dollarsPerMillionOperations(counters: Counters, operations: number): number {
  if (operations < 1) throw new Error('A price needs at least one operation.')
  const names = Object.keys(dollarsPerMillion) as (keyof Counters)[]
  const dollars = names.reduce((sum, name) => sum + counters[name] * dollarsPerMillion[name], 0)
  return dollars / operations
}
