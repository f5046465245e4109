/** Opens the rank index of a board: the checkpoint, and what the journal has seen since; a scan only if that fails. */
import { logError } from '@coinop/shared/log'
import type { BoardRules, Position } from './board-commands.ts'
import { chunksOf, countsOf } from './board-checkpoint.ts'
import type { BoardStorage } from './board-storage.ts'
import type { Counts } from './buckets.ts'
import { everything, type Operation, RankIndex } from './rank-index.ts'
import { isSameTuple } from './score-rules.ts'

/** Changes between two checkpoints: what a cold start reads at most, and one call's more. */
const checkpointEvery = 2_000
/** Entries in each bucket of an index that is made by a scan. */
const scannedCount = 96

/** The index with the sequence of its checkpoint; below 0 without one. */
export type OpenIndex = { index: RankIndex; checkpointed: number }

const shapeOf = ({ keys, tiePolicy }: BoardRules) => ({
  keys: keys.length,
  dense: tiePolicy === 'shared_dense',
})

/** The index of a board without entries, at this sequence of its journal. */
export const emptyIndex = (rows: BoardStorage, rules: BoardRules, sequence: number): OpenIndex => ({
  index: new RankIndex(rows.places, shapeOf(rules), []),
  checkpointed: sequence === 0 ? 0 : -Infinity,
})

export function openIndex(rows: BoardStorage, rules: BoardRules, scan: boolean): OpenIndex {
  const make = (counts: Counts[]) => new RankIndex(rows.places, shapeOf(rules), counts)
  const kept = scan ? undefined : checkpoint(rows)
  if (!kept) {
    const why = scan ? 'it did not fit the entries' : 'its checkpoint cannot be read'
    logError('leaderboards', 'board.rebuild', new Error(`The rank index is made anew: ${why}.`))
    return { index: make(scanned(rows)), checkpointed: -Infinity }
  }
  const index = make(kept.counts)
  for (const operations of rows.operationsAfter(kept.sequence)) {
    index.replay(JSON.parse(operations) as Operation[])
  }
  return { index, checkpointed: kept.sequence }
}

export const isCheckpointDue = (sequence: number, checkpointed: number): boolean =>
  sequence - checkpointed >= checkpointEvery

export function saveCheckpoint(rows: BoardStorage, sequence: number, index: RankIndex): void {
  rows.setChunks(chunksOf(sequence, index.state))
}

/** A young board has none yet, and all of its journal. */
function checkpoint(rows: BoardStorage): { sequence: number; counts: Counts[] } | undefined {
  const chunks = rows.chunks()
  const counts = countsOf(chunks)
  if (counts) return { sequence: chunks[0]!.sequence, counts }
  const isYoung = chunks.length === 0 && rows.firstSequence() <= 1
  return isYoung && rows.lastSequence() < 2 * checkpointEvery
    ? { sequence: 0, counts: [] }
    : undefined
}

function scanned(rows: BoardStorage): Counts[] {
  const counts: Counts[] = []
  let previous: Position | undefined
  for (const place of rows.places.all()) {
    if (counts.length === 0 || counts.at(-1)!.count === scannedCount) {
      counts.push({ from: previous ? place : everything, count: 0, firsts: 0 })
    }
    const bucket = counts.at(-1)!
    bucket.count += 1
    if (!previous || !isSameTuple(previous, place)) bucket.firsts += 1
    previous = place
  }
  return counts
}
