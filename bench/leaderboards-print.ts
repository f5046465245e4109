/** How `leaderboards.ts` shows what it has measured, and which targets were met. */
import { cpus, loadavg } from 'node:os'
import type { BoardSize, Rows } from './board-system.ts'
import { budgetOf } from './leaderboards-object.ts'
import type { RankTimes } from './leaderboards-ranks.ts'
import type { Work } from './leaderboards-work.ts'
import type { Figures, Load } from './load.ts'

const targets = { batchedScoresPerSecond: 30_000, rankGrowth: 1.5 }

type Bounds = Pick<Load, 'connections' | 'requestsMax' | 'secondsMax'>
/** What a size gave; printed together at the end. */
export type Measured = {
  size: number
  rows: Map<string, Rows>
  stored: BoardSize
  workerdBytes: number
  redisBytes: number | undefined
}

export function printHead({ connections, requestsMax, secondsMax }: Bounds): void {
  const [load, cpu] = [loadavg()[0]?.toFixed(1), cpus()[0]?.model.trim()]
  console.log(`\n${cpus().length} CPUs (${cpu}), load ${load}`)
  console.log(
    `${connections} connections, at most ${requestsMax} requests or ${secondsMax} s a round`,
  )
  console.log(
    '| Entries: work | Coinop/s | scores/s | p50 ms | p99 ms | errors | Redis/s | p50 ms | p99 ms | errors | ratio |',
  )
  console.log(`|---|${'---:|'.repeat(10)}`)
}

const fastest = (figures: Figures[]) => figures.toSorted((a, b) => a.perSecond - b.perSecond).at(-1)

/** The best round of each side. */
export function printRow(name: string, { scores }: Work, rounds: [Figures[], Figures[]]): void {
  const [ours, theirs] = rounds.map(fastest)
  const ratio = ours && theirs ? (ours.perSecond / theirs.perSecond).toFixed(2) : ''
  const [perSecond = '', ...rest] = cells(ours)
  const scoresPerSecond = scores === 0 ? '' : scores * (ours?.perSecond ?? 0)
  const row = [name, perSecond, scoresPerSecond, ...rest, ...cells(theirs), ratio]
  console.log(`| ${row.join(' | ')} |`)
  if (scores > 1) {
    const { batchedScoresPerSecond: target } = targets
    const said = Number(scoresPerSecond) >= target ? 'met' : 'NOT met'
    process.stderr.write(`  At least ${target} scores/s in batches: ${said}\n`)
  }
}

const cells = (figures: Figures | undefined) =>
  figures
    ? [figures.perSecond, figures.p50Milliseconds, figures.p99Milliseconds, figures.refused]
    : ['', '', '', '']

export function printInside(measured: Measured[], ranks: RankTimes[]): void {
  const sizes = measured.map(({ size }) => size)
  console.log(`\n| Inside the object, entries | ${sizes.join(' | ')} | budget |`)
  console.log(`|---|${'---:|'.repeat(sizes.length + 1)}`)
  const line = (name: string, cellOf: (each: Measured) => string, last = '') =>
    console.log(`| ${[name, ...measured.map(cellOf), last].join(' | ')} |`)
  for (const { name, times } of ranks) {
    const cells = times.map((time) => time.toFixed(1))
    console.log(`| ${[`µs of a rank: ${name}`, ...cells, ''].join(' | ')} |`)
  }
  for (const name of measured[0]?.rows.keys() ?? []) {
    const text = ({ read, written }: Rows) => `${read} / ${written}`
    line(`${name}: rows read / written`, ({ rows }) => text(rows.get(name)!), text(budgetOf(name)))
  }
  const megabytes = (bytes: number | undefined) =>
    bytes === undefined ? '' : (bytes / 1_048_576).toFixed(1)
  line('MiB of storage', ({ stored }) => megabytes(stored.bytes))
  line('MiB of the whole workerd, all Workers', ({ workerdBytes }) => megabytes(workerdBytes))
  line('MiB of the set in Redis', ({ redisBytes }) => megabytes(redisBytes))
  const most = targets.rankGrowth
  console.log(
    `\nA rank at the largest takes so many times as long as at the smallest (at most ${most}):`,
  )
  for (const { name, times } of ranks) {
    const growth = times.at(-1)! / times[0]!
    console.log(`- ${name}: ${growth.toFixed(2)}, ${growth <= most ? 'met' : 'NOT met'}`)
  }
}
