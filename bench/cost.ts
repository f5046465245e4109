/** Prints what operations read, write and call, and what a million of them cost. */
import type { Counted } from './metered.ts'
import { dollarsPerMillionOperations } from './prices.ts'

/** `requests` to the gateway caused `counted`, and were `operations`: of a batch each part counts. */
export type Cost = { name: string; requests: number; operations: number; counted: Counted }

export function printCosted(costs: Cost[]): void {
  const each = (sum: number, { operations }: Cost) => String(Number((sum / operations).toFixed(2)))
  console.log('\n| An operation | object requests | rows read | rows written | $ per million |')
  console.log('|---|---:|---:|---:|---:|')
  for (const cost of costs) {
    const { name, requests, operations } = cost
    const { writtenTo: _, ...sums } = cost.counted
    const dollars = dollarsPerMillionOperations({ requests, ...sums }, operations)
    const { objectRequests, rowsRead, rowsWritten } = sums
    const cells = [objectRequests, rowsRead, rowsWritten].map((sum) => each(sum, cost))
    console.log(`| ${[name, ...cells, dollars.toFixed(2)].join(' | ')} |`)
  }
  console.log(`\n| Rows written to | ${costs.map(({ name }) => name).join(' | ')} |`)
  console.log(`|---|${'---:|'.repeat(costs.length)}`)
  const places = new Set(costs.flatMap(({ counted }) => [...counted.writtenTo.keys()]))
  for (const place of [...places].toSorted()) {
    const rows = costs.map((cost) => each(cost.counted.writtenTo.get(place) ?? 0, cost))
    console.log(`| ${place} | ${rows.join(' | ')} |`)
  }
}
