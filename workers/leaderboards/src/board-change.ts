/** What a submission makes of an entry, and how its answer is kept: pure. */
import { requestHash } from '@coinop/shared/hash'
import { fail, ok, type Result } from '@coinop/shared/result'
import { countedAt } from './activity.ts'
import type { BoardRules, ScoreApplied, ScoreWrite } from './board-commands.ts'
import { type ChangeBody, type EntryRow, type JournalRow, placeOf } from './board-rows.ts'
import type { Known } from './fraud-rules.ts'
import { isDigest } from './board-requests.ts'
import { type Decision, keysOf, orderOf, type Standing, tieOf } from './score-rules.ts'

/** Characters of what was asked that are kept instead of a digest, which has as many. */
const askedMax = 64

export type Submission = {
  write: ScoreWrite
  before: EntryRow | undefined
  decision: Decision
  at: number
  /** Why a first entry begins in quarantine. */
  suspicion?: string
  /** What rules could ask when it was judged. */
  known?: Known
}
type Submitted = Pick<ChangeBody, 'submitted' | 'operator' | 'applied' | 'known'>

/** A change that is not a submission. */
export const unasked: Submitted = {
  submitted: null,
  operator: null,
  applied: true,
  known: null,
}

export const standingOf = (entry: EntryRow, rules: BoardRules): Standing => ({
  keys: keysOf(placeOf(entry), rules),
  metadata: entry.metadata,
  attempts: entry.attempts,
})

/** The entry after an accepted submission, which is the change of this sequence. */
export function entryAfter(submission: Submission, sequence: number, rules: BoardRules): EntryRow {
  const { write, before, decision, at } = submission
  const place = (decision.moves ? undefined : before) ?? placeAt(submission, sequence, rules)
  const standing = before ?? firstOf(submission)
  // Field by field, for every score comes through here, and spreading objects takes long.
  return {
    userId: write.userId,
    hidden: standing.hidden,
    o0: place.o0,
    o1: place.o1,
    o2: place.o2,
    tie: place.tie,
    metadata: decision.metadata,
    attempts: standing.attempts + 1,
    updatedAt: decision.applied ? at : standing.updatedAt,
    reachedAt: place.reachedAt,
    reason: standing.reason,
    minutes: countedAt(before?.minutes, at),
  }
}

function placeAt({ decision, at }: Submission, sequence: number, rules: BoardRules) {
  const [o0, o1, o2] = orderOf(decision.keys, rules)
  return { o0, o1, o2, tie: tieOf(sequence, rules), reachedAt: at }
}

const firstOf = ({ suspicion, at }: Submission) => ({
  hidden: suspicion === undefined ? 0 : 1,
  attempts: 0,
  updatedAt: at,
  reason: suspicion ?? null,
})

/** What changes nothing leaves no record and is no attempt, unless attempts are counted. */
export const changesAnything = ({ before, decision }: Submission, rules: BoardRules): boolean =>
  !before || decision.applied || rules.attemptsMax !== undefined

/** Tells a retry from another request with the same key; undefined without one. What is short is kept as it is. */
export function fingerprintOf(write: ScoreWrite): string | undefined {
  const { idempotencyKey, requestHash: given, keys, operator, metadata, play } = write
  if (idempotencyKey === undefined) return undefined
  const asked = JSON.stringify([keys, operator, metadata, play?.id])
  return given === undefined && asked.length <= askedMax ? asked : digestOf(write)
}

/** Versions before kept the digest of everything. */
function digestOf({ requestHash: given, userId, keys, operator, metadata, play }: ScoreWrite) {
  const sent = [userId, keys, operator, metadata, ...(play ? [play.id] : [])]
  return given ?? requestHash('submit', sent)
}

/** Whether this is the request whose fingerprint was kept; of a digest in a request with several scores the beginning is. */
export function isRetry(write: ScoreWrite, kept: string | null): boolean {
  if (kept === null) return false
  return isDigest(kept) ? digestOf(write).startsWith(kept) : fingerprintOf(write) === kept
}

export function replayed(
  row: JournalRow,
  write: ScoreWrite,
): Result<ScoreApplied, 'idempotency_conflict'> {
  const isSame = row.userId === write.userId && isRetry(write, row.requestHash)
  if (!isSame || row.kind !== 'score') return fail('idempotency_conflict')
  return ok(appliedOf(row.sequence, JSON.parse(row.change) as ChangeBody, true))
}

type Answered = Pick<
  ChangeBody,
  'rank' | 'previousRank' | 'keys' | 'previousKeys' | 'applied' | 'attempts'
>

export const appliedOf = (sequence: number, body: Answered, again: boolean): ScoreApplied => ({
  rank: body.rank ?? 0,
  previousRank: body.previousRank,
  keys: body.keys ?? [],
  previousKeys: body.previousKeys,
  applied: body.applied,
  replayed: again,
  attempts: body.attempts,
  sequence,
})
