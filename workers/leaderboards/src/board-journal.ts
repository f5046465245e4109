/** How long the journal of a board is kept: for retries, for live feeds that resume, and for rules tried on the past. */
import type { Board } from './board.ts'

const dayMilliseconds = 24 * 3_600_000
/** Every change for this long. */
export const journalKeptDays = 30
/** And no more changes than this, though never less than the keys are kept for. */
export const journalRowsMax = 1_000_000
/** Keys of writes, as everywhere. */
export const keysKeptDays = 2
/** Most changes that are forgotten at once. */
export const pruneMax = 2_000

/** Up to which sequence, and from before which time, changes may be forgotten. */
export function prunable(
  oldest: { sequence: number; at: number },
  head: number,
  now: number,
): { sequence: number; before: number } {
  const many = head - oldest.sequence >= journalRowsMax
  const days = many ? keysKeptDays : journalKeptDays
  const before = now - days * dayMilliseconds
  // Nothing is looked at while the oldest is young.
  const some = oldest.at < before ? pruneMax : 0
  return { sequence: oldest.sequence + some - 1, before }
}

/** Forgets what the journal need not keep: announced, in the checkpoint, and old. */
export function prune({ rows, sequence: head, checkpointed }: Board, at: number): void {
  const oldest = rows.sequenceAt('ASC')
  const announced = rows.board()?.announced ?? 0
  if (oldest) {
    const { sequence, before } = prunable(oldest, head, at)
    rows.prune(Math.min(sequence, announced, checkpointed, head - 1), before)
  }
}
