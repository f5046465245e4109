/** What a live feed says: the standing as it is now, or whoever has changed since a place in the journal. */
import {
  type Change,
  changesMax,
  type LiveEntry,
  type LiveMessage,
  type LiveSeason,
} from './board-commands.ts'
import { changeOf } from './board-reads.ts'
import { type EntryRow, placeOf } from './board-rows.ts'
import { parts } from './board-statements.ts'
import type { Board } from './board.ts'
import { keysOf } from './score-rules.ts'

/** Most entries of a snapshot, the best ones. */
export const snapshotMax = 1_000
/** Users looked up in one statement. */
const usersAtOnce = 100

/** From `after` on when the journal still has that, otherwise a snapshot. */
export function liveMessage(
  board: Board,
  season: LiveSeason,
  { after, at }: { after: number | undefined; at: number },
): LiveMessage {
  const { rows, total, sequence } = board
  const resumes =
    after !== undefined &&
    after <= sequence &&
    after >= sequence - changesMax &&
    isKept(board, after)
  const common = {
    seasonId: season.seasonId,
    sequence,
    total,
    closed: board.closedAt !== null || at >= (season.endsAt ?? Infinity),
  }
  if (resumes) return { type: 'changes', ...common, ...changedSince(board, after) }
  const entries = rows.entriesAfter(undefined, snapshotMax).map((each) => toEntry(board, each))
  return { type: 'snapshot', ...common, entries, removed: [] }
}

/** Whether every change behind a sequence is in the journal. */
function isKept({ rows, sequence }: Board, after: number): boolean {
  return after === sequence || rows.firstSequence() <= after + 1
}

/**
 * Users as they stand now, not as each change left them: whoever changed twice is told of once, and what a client has
 * after this message is the standing of its sequence, whatever it had missed.
 */
function changedSince(board: Board, after: number): Pick<LiveMessage, 'entries' | 'removed'> {
  const changes = board.rows.journalAfter(after, changesMax).map(changeOf).filter(isForEverybody)
  const userIds = [...new Set(changes.map(({ userId }) => userId))]
  const visible = parts(userIds, usersAtOnce)
    .flatMap((some) => board.rows.entriesOf(some))
    .filter(({ hidden }) => hidden === 0)
  const standing = new Set(visible.map(({ userId }) => userId))
  return {
    entries: visible.map((entry) => toEntry(board, entry)),
    removed: userIds.filter((userId) => !standing.has(userId)),
  }
}

/** What a hidden entry goes on doing is nobody's business; that it is gone is everybody's. */
const isForEverybody = ({ visible, kind }: Change) => visible || kind === 'quarantine'

function toEntry({ reference }: Board, entry: EntryRow): LiveEntry {
  const { userId, tie } = entry
  return { userId, keys: keysOf(placeOf(entry), reference!.rules), tie }
}
