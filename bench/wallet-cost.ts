/** What the operations of a wallet read, write and call, counted in the production bundles, and what that costs. */
import { type Cost, printCosted } from './cost.ts'
import { run } from './load.ts'
import { openMetered } from './metered.ts'
import { loadOf, openWallets, works } from './wallet-work.ts'

const operations = 400
const bounds = { connections: 32, requestsMax: operations, secondsMax: 120 }

/** Starts a metered system on `port` and prints what each work costs. */
export async function printCosts(stateFolder: string, port: number): Promise<void> {
  const { demo, count, stop } = await openMetered(stateFolder, port)
  try {
    const customer = { secretKey: demo.secretKey, ids: await openWallets(demo, port) }
    const costs: Cost[] = []
    for (const [name, work] of Object.entries(works)) {
      const once = async () => {
        const { requests, refused } = await run(loadOf(work, customer, { ...bounds, port }))
        if (requests !== operations || refused > 0) {
          throw new Error(`${name}: ${refused} of ${requests} operations were refused.`)
        }
      }
      // The first run pays for what is done once: the lease of a quota, the tables of an object.
      await once()
      costs.push({ name, requests: operations, operations, counted: await count(once) })
    }
    printCosted(costs)
  } finally {
    await stop()
  }
}
