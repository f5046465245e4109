/** The rows of a board, as its tables hold them. */
import type { Change, ChangeKind, Position } from './board-commands.ts'

export type EntryRow = {
  userId: string
  /** 1 in quarantine: not in the order that anybody sees. */
  hidden: number
  o0: number
  o1: number
  o2: number
  tie: number
  metadata: string | null
  attempts: number
  updatedAt: number
  reachedAt: number
  /** Why it is in quarantine. */
  reason: string | null
  /** Submissions of the last hour: see `activity.ts`. */
  minutes: string
}

export type JournalRow = {
  sequence: number
  at: number
  kind: ChangeKind
  userId: string
  key: string | null
  requestHash: string | null
  change: string
  operations: string
}
/** What of a change has no column of its own. */
export type ChangeBody = Omit<Change, 'sequence' | 'at' | 'kind' | 'userId'>

export const placeOf = ({ o0, o1, o2, tie }: EntryRow): Position => [o0, o1, o2, tie]

export const visiblePlace = (entry: EntryRow | undefined): Position | undefined =>
  entry?.hidden === 0 ? placeOf(entry) : undefined
