/** What the operations of a wallet read, write and call, counted in the production bundles, and what that costs. */
import { run } from './load.ts'
import { type Counted, openMetered } from './metered.ts'
import { dollarsPerMillionOperations } from './prices.ts'
import { loadOf, openWallets, works } from './wallet-work.ts'

const operations = 400
const bounds = { connections: 32, requestsMax: operations, secondsMax: 120 }

/** Starts a metered system on `port` and prints what each work costs. */
export async function printCosts(stateFolder: string, port: number): Promise<void> {
  const { demo, count, stop } = await openMetered(stateFolder, port)
  try {
    const customer = { secretKey: demo.secretKey, ids: await openWallets(demo, port) }
    const counted: [string, Counted][] = []
    for (const [name, work] of Object.entries(works)) {
      const once = async () => {
        const { requests, refused } = await run(loadOf(work, customer, { ...bounds, port }))
        if (requests !== operations || refused > 0) {
          throw new Error(`${name}: ${refused} of ${requests} operations were refused.`)
        }
      }
      // The first run pays for what is done once: the lease of a quota, the tables of an object.
      await once()
      counted.push([name, await count(once)])
    }
    print(counted)
  } finally {
    await stop()
  }
}

function print(counted: [string, Counted][]): void {
  const each = (sum: number) => String(Number((sum / operations).toFixed(2)))
  console.log('\n| An operation | object requests | rows read | rows written | $ per million |')
  console.log('|---|---:|---:|---:|---:|')
  for (const [name, { writtenTo: _, ...sums }] of counted) {
    const { objectRequests, rowsRead, rowsWritten } = sums
    const dollars = dollarsPerMillionOperations({ requests: operations, ...sums }, operations)
    const cells = [each(objectRequests), each(rowsRead), each(rowsWritten), dollars.toFixed(2)]
    console.log(`| ${name} | ${cells.join(' | ')} |`)
  }
  console.log(`\n| Rows written to | ${counted.map(([name]) => name).join(' | ')} |`)
  console.log(`|---|${'---:|'.repeat(counted.length)}`)
  const places = new Set(counted.flatMap(([, { writtenTo }]) => [...writtenTo.keys()]))
  for (const place of [...places].toSorted()) {
    const rows = counted.map(([, { writtenTo }]) => each(writtenTo.get(place) ?? 0))
    console.log(`| ${place} | ${rows.join(' | ')} |`)
  }
}
