/** What the operations of a leaderboard read, write and call, counted in the production bundles, and what that costs. */
import { type Cost, printCosted } from './cost.ts'
import { loadOf, newBoard, newPlayers, works } from './leaderboards-work.ts'
import { run } from './load.ts'
import { openMetered } from './metered.ts'

const requestsCount = 400
const batchesCount = 20

/** Starts a metered system on `port` and prints what each work costs: for a score in a batch, a hundredth of the request. */
export async function printCosts(stateFolder: string, port: number): Promise<void> {
  const { demo, count, stop } = await openMetered(stateFolder, port)
  try {
    const players = await newPlayers(demo, port)
    const { leaderboardId } = await newBoard(demo, port, players[0]!)
    const ranked = (index: number) => players[index % players.length]!
    const subject = { leaderboardId, size: players.length, players, ranked }
    const counted: Cost[] = []
    for (const [name, work] of Object.entries(works)) {
      const requests = work.scores > 1 ? batchesCount : requestsCount
      const bounds = { port, connections: 32, requestsMax: requests, secondsMax: 120 }
      const once = async () => {
        const figures = await run(loadOf(work, subject, demo, bounds))
        if (figures.requests !== requests || figures.refused > 0) {
          throw new Error(`${name}: ${figures.refused} of ${figures.requests} were refused.`)
        }
      }
      // The first run pays for what is done once: the lease of a quota, the tables of an object.
      await once()
      const operations = requests * Math.max(1, work.scores)
      const each = work.scores > 1 ? `a score in ${name}` : name
      counted.push({ name: each, requests, operations, counted: await count(once) })
    }
    printCosted(counted)
  } finally {
    await stop()
  }
}
