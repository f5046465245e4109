/**
 * `npm run bench -- leaderboards [--size <entries>]…`: scores and ranks through the gateway of `npm start` against Fastify and
 * Redis doing the same, in turns; what the object reads, writes and takes for it; and what an operation costs on Cloudflare.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { step } from '../tools/progress.ts'
import { stopRequested } from '../tools/system.ts'
import { type BoardSystem, openBoardSystem, type Season } from './board-system.ts'
import { printCosts } from './leaderboards-cost.ts'
import { countRows, excesses, fill, sizeOf } from './leaderboards-object.ts'
import { type Peer, startPeer } from './leaderboards-peer.ts'
import { type RankTimes, type Sized, timeRanks } from './leaderboards-ranks.ts'
import { type Measured, printHead, printInside, printRow } from './leaderboards-print.ts'
import * as work from './leaderboards-work.ts'
import { type Figures, run } from './load.ts'

const ports = { gateway: 8_796, peer: 8_797, redis: 8_798, metered: 8_799 }
const sizesDefault = [1_000, 100_000, 1_000_000]
const bounds = { connections: 32, secondsMax: 4 }
const roundsCount = 2
const drainSecondsMax = 90

type Options = { sizes: number[]; requests: number }
type Players = { ids: string[]; peer: Peer | undefined }
export async function bench(): Promise<void> {
  const options = optionsOf(process.argv.slice(3))
  const folder = mkdtempSync(join(tmpdir(), 'coinop-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const { measured, ranks } = await measure(join(folder, 'state'), options)
  printInside(measured, ranks)
  await printCosts(join(folder, 'metered'), ports.metered)
  assertBudgets(measured)
}

function optionsOf(args: string[]): Options {
  const options = {
    size: { type: 'string', multiple: true },
    requests: { type: 'string', default: '4000' },
  } as const
  const { size, requests } = parseArgs({ args, options }).values
  const sizes = size?.map(Number) ?? sizesDefault
  const numbers = [...sizes, Number(requests)]
  if (!numbers.every((each) => Number.isInteger(each) && each >= 100 && each <= 10_000_000)) {
    throw new Error('Sizes and requests are whole numbers from 100 to 10000000.')
  }
  return { sizes, requests: Number(requests) }
}

type AllMeasured = { measured: Measured[]; ranks: RankTimes[] }

async function measure(stateFolder: string, options: Options): Promise<AllMeasured> {
  const system = await openBoardSystem(stateFolder, ports.gateway)
  // Only now, for starting takes every listener away; what is to end with this process hears of its exit.
  void stopRequested()
    .then(() => system.stop())
    .finally(() => process.exit(130))
  try {
    let ids: string[] = []
    await step('Players', async () => {
      ids = await work.newPlayers(system.demo, ports.gateway)
    })
    const peer = await startPeer(system.demo.secretKey, ids, {
      peer: ports.peer,
      redis: ports.redis,
    })
    try {
      printHead({ ...bounds, requestsMax: options.requests })
      const measured: Measured[] = []
      const boards: Sized[] = []
      for (const size of options.sizes) {
        const each = { size, requests: options.requests }
        const { season, ...rest } = await measureSize(system, { ids, peer }, each)
        measured.push(rest)
        boards.push({ board: await system.board(season), size })
      }
      return { measured, ranks: await timeRanks(boards) }
    } finally {
      await peer?.stop()
    }
  } finally {
    await system.stop()
  }
}

async function measureSize(
  system: BoardSystem,
  { ids, peer }: Players,
  { size, requests }: { size: number; requests: number },
): Promise<Measured & { season: Season }> {
  const { demo } = system
  const { leaderboardId, seasonId } = await work.newBoard(demo, ports.gateway, ids[0]!)
  const season = { projectId: demo.projectId, boardId: leaderboardId, seasonId }
  const board = await system.board(season)
  const shown = { at: performance.now() }
  await fill(board, season, size, (entries) => {
    if (performance.now() - shown.at < 10_000) return
    shown.at = performance.now()
    process.stderr.write(`  ${entries} of ${size} entries\n`)
  })
  const before = await peer?.memoryBytes()
  await peer?.fill(leaderboardId, size)
  const after = await peer?.memoryBytes()
  const ranked = (index: number) => work.fillerId(work.scoreOf(index, size))
  const subject: work.Subject = { leaderboardId, size, players: ids, ranked }
  const drained = async () => drain(await system.board(season))
  await compare({ demo: system.demo, subject, withPeer: peer !== undefined, requests, drained })
  await drained()
  const workerdBytes = residentBytes('workerd')
  return {
    size,
    season,
    workerdBytes,
    redisBytes: before === undefined ? undefined : after! - before,
    stored: await sizeOf(board),
    rows: await countRows(system, season, size),
  }
}

type Comparison = {
  demo: BoardSystem['demo']
  subject: work.Subject
  withPeer: boolean
  requests: number
  drained: () => Promise<number>
}

/** In turns, so that a noisy machine is noisy for both; the best round of each counts. */
async function compare({ demo, subject, withPeer, requests, drained }: Comparison) {
  for (const [name, each] of Object.entries(work.works)) {
    const requestsMax = each.scores > 1 ? Math.ceil(requests / 10) : requests
    const once = (port: number, part = 1) => {
      const load = { ...bounds, port, requestsMax: Math.ceil(requestsMax * part) }
      return run(work.loadOf(each, subject, demo, load))
    }
    const [ours, theirs]: Figures[][] = [[], []]
    await once(ports.gateway, 0.1)
    if (withPeer) await once(ports.peer, 0.1)
    for (let round = 0; round < roundsCount; round += 1) {
      await drained()
      ours!.push(await once(ports.gateway))
      if (each.scores > 0) await drained()
      if (withPeer) theirs!.push(await once(ports.peer))
    }
    printRow(`${subject.size}: ${name}`, each, [ours!, theirs!])
  }
}

/** Waits until the events of all changes are in the log, so that the work that follows a round is not in the next one. */
async function drain(board: Awaited<ReturnType<BoardSystem['board']>>): Promise<number> {
  const startedAt = performance.now()
  while (performance.now() - startedAt < drainSecondsMax * 1_000) {
    if ((await sizeOf(board)).behind === 0) return (performance.now() - startedAt) / 1_000
    await wait(100)
  }
  throw new Error(`A board's events are still not announced after ${drainSecondsMax} s.`)
}

function assertBudgets(measured: Measured[]): void {
  const found = measured.flatMap(({ size, rows }) =>
    excesses(rows).map((text) => `${size} entries: ${text}`),
  )
  if (found.length > 0) throw new Error(`Over their budgets:\n${found.join('\n')}`)
}

/** Of the largest process of that name that this one has started. */
function residentBytes(name: string): number {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))
  const sizes = pids.flatMap((pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8')
      const [parent, resident] = ['PPid', 'VmRSS'].map((field) =>
        Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0),
      )
      return status.startsWith(`Name:\t${name}\n`) && parent === process.pid ? [resident!] : []
    } catch {
      return []
    }
  })
  return Math.max(0, ...sizes) * 1_024
}
