/** The system of `npm start` with a look into its boards: `board-probe.mjs` before the bundle of the leaderboards. */
import { join } from 'node:path'
import type { Miniflare } from 'miniflare'
import { bundleAll } from '../tools/bundle.ts'
import { openSystem } from '../tools/embedded.ts'
import { applyMigrations } from '../tools/migrations.ts'
import { step } from '../tools/progress.ts'
import { localSecrets } from '../tools/secrets.ts'
import { type Demo, seed } from '../tools/seed.ts'
import { findWorkers } from '../tools/workers.ts'
import { wrapObjects } from './metered.ts'

export type Rows = { read: number; written: number }
export type BoardSize = { total: number; behind: number; bytes: number }
export type Season = { projectId: string; boardId: string; seasonId: string }
type Write = { userId: string; keys: number[] }

/** What the object and `board-probe.mjs` answer: rows and sizes as JSON. */
export type ProbedBoard = {
  fill: (reference: object, writes: Write[]) => Promise<void>
  counted: (name: string, ...args: unknown[]) => Promise<string>
  opened: () => Promise<string>
  ranks: (userIds: string[], times?: number) => Promise<number>
  ranksRead: (userIds: string[]) => Promise<number>
  forgetEntries: () => Promise<void>
  readPlaces: () => Promise<void>
  rankFor: (keys: number[]) => Promise<{ rank: number }>
  size: () => Promise<string>
  /** Fails, since nothing is left to answer. */
  restart: () => Promise<void>
  instanceId: () => Promise<string>
}
export type BoardSystem = {
  demo: Demo
  board: (season: Season) => Promise<ProbedBoard>
  /** Takes the board out of memory; Miniflare's own eviction refuses while this process has a reference. */
  evict: (season: Season) => Promise<void>
  stop: () => Promise<void>
}

const service = 'coinop-leaderboards'
const className = 'BoardObject'
const nameOf = ({ projectId, boardId, seasonId }: Season) => `${projectId}/${boardId}/${seasonId}`

/** Starts it on `port`, with all it keeps under `stateFolder`. */
export async function openBoardSystem(stateFolder: string, port: number): Promise<BoardSystem> {
  const workers = findWorkers()
  const secrets = localSecrets(stateFolder, workers)
  const bundles = await step('Bundle', () => bundleAll(workers))
  const probe = { file: './board-probe.mjs', wrap: 'probed' }
  const folder = join(stateFolder, 'probed')
  bundles.set(service, wrapObjects(bundles.get(service)!, [className], folder, probe))
  const listen = { host: '127.0.0.1', port }
  // What the Workers print is no part of the measurement.
  const system = { workers, bundles, secrets, stateFolder, listen, onLog: () => {} }
  const { miniflare, stop } = await step('Start', () => openSystem(system))
  try {
    await step('Migrate', () => applyMigrations(miniflare, workers).then(() => ''))
    const baseUrl = `http://127.0.0.1:${port}`
    const demo = await step('Demo project', () =>
      seed({ miniflare, secrets, stateFolder, baseUrl }),
    )
    return { demo, stop, ...boardsOf(miniflare) }
  } catch (error) {
    await stop()
    throw error
  }
}

function boardsOf(miniflare: Miniflare) {
  const board = async (season: Season) => {
    const boards = await miniflare.getDurableObjectNamespace('BOARDS', service)
    return boards.get(boards.idFromName(nameOf(season))) as unknown as ProbedBoard
  }
  const evict = async (season: Season) => {
    const before = await (await board(season)).instanceId()
    await (await board(season)).restart().catch(() => {})
    const after = await (await board(season)).instanceId()
    if (after === before) throw new Error('The board was not restarted.')
  }
  return { board, evict }
}
