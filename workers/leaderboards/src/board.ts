/** The standing of one board in one season: reads, decides and writes in one synchronous stretch. */
import { requestHash } from '@coinop/shared/hash'
import { fail, ok, type Result } from '@coinop/shared/result'
import type {
  BoardReference,
  BoardRules,
  ChangeKind,
  Removed,
  Reviewed,
  ScoreAnswer,
  ScoreApplied,
  ScoreWrite,
} from './board-commands.ts'
import {
  BoardStorage,
  type ChangeBody,
  type EntryRow,
  type JournalRow,
  placeOf,
} from './board-storage.ts'
import { Ranks } from './ranks.ts'
import { type Decision, decide, keysOf, orderOf, tieOf } from './score-rules.ts'

type Storage = Pick<DurableObjectStorage, 'sql'>
type Entered = { before: EntryRow | undefined; after: EntryRow | undefined }
type Cause = { kind: ChangeKind; key?: string; hash?: string }

/** Keeps in memory what it has read: after a throw its owner makes a new one. */
export class Board {
  readonly rows: BoardStorage
  readonly ranks: Ranks
  private readonly clock: () => number
  private known: BoardReference | undefined
  private closed: number | null
  private head: number

  constructor(storage: Storage, clock: () => number) {
    this.rows = new BoardStorage(storage.sql)
    this.ranks = new Ranks(this.rows)
    this.clock = clock
    const row = this.rows.board()
    this.known = row && (JSON.parse(row.reference) as BoardReference)
    this.closed = row?.closedAt ?? null
    this.head = this.rows.lastSequence()
  }

  get reference(): BoardReference | undefined {
    return this.known
  }

  get closedAt(): number | null {
    return this.closed
  }

  /** The sequence of the newest change. */
  get sequence(): number {
    return this.head
  }

  submit(given: BoardReference, write: ScoreWrite): ScoreAnswer {
    const key = write.idempotencyKey
    const hash = key === undefined ? undefined : (write.requestHash ?? hashOf(write))
    const earlier = key === undefined ? undefined : this.rows.journalOf(key)
    if (earlier) return replayed(earlier, hash)
    const { season, rules } = this.refer(given)
    const at = this.clock()
    if (at < season.startsAt) return fail('season_not_started')
    if (this.isClosed(at)) return fail('season_closed')
    const before = this.rows.entry(write.userId)
    const standing = before && { ...before, keys: keysOf(placeOf(before), rules) }
    const decision = decide(rules, standing, write)
    if (!decision.ok) return decision
    const cause: Cause = { kind: 'score', ...(key !== undefined && { key, hash: hash! }) }
    return ok(this.apply({ write, before, decision: decision.value, at }, cause))
  }

  remove(given: BoardReference, userId: string, key?: string): Removed {
    const hash = requestHash('remove', userId)
    const earlier = key === undefined ? undefined : this.rows.journalOf(key)
    if (earlier) {
      return earlier.requestHash === hash ? ok({ removed: true }) : fail('idempotency_conflict')
    }
    this.refer(given)
    if (this.isClosed(this.clock())) return fail('season_closed')
    const before = this.rows.entry(userId)
    if (!before) return ok({ removed: false })
    this.replace({ before, after: undefined }, { kind: 'remove', ...(key && { key, hash }) })
    return ok({ removed: true })
  }

  /** Hides an entry: it is in no rank and no list, and goes on counting what its user submits. */
  quarantine(userId: string, reason: string): Reviewed {
    return this.review(userId, (before) =>
      before.hidden === 1 ? undefined : ['quarantine', { ...before, hidden: 1, reason }],
    )
  }

  /** Shows an entry again where it would be had it never been hidden. */
  restore(userId: string): Reviewed {
    return this.review(userId, (before) =>
      before.hidden === 0 ? undefined : ['restore', { ...before, hidden: 0, reason: null }],
    )
  }

  /** The suspicion was right: the hidden entry is gone, and the user may begin anew. */
  confirm(userId: string): Reviewed {
    return this.review(userId, (before) =>
      before.hidden === 0 ? undefined : ['confirm', undefined],
    )
  }

  /** Nothing changes any more, for ever. A second time changes nothing. */
  close(given: BoardReference, closedAt: number): void {
    this.refer(given)
    if (this.closed !== null) return
    this.rows.setClosed(closedAt)
    this.closed = closedAt
  }

  /**
   * The definition with the highest version seen. Once there is an entry its order is fixed: a season ends in the order
   * it began with.
   */
  private refer(given: BoardReference): BoardReference {
    const { known } = this
    if (known && known.rules.version >= given.rules.version) return known
    const kept = known && this.rows.hasEntries() ? orderOfRules(known.rules) : {}
    const { season, rules } = given
    this.known = { season, rules: { ...rules, ...kept } }
    this.rows.setReference(this.known)
    return this.known
  }

  private isClosed(at: number): boolean {
    return this.closed !== null || at >= (this.known?.season.endsAt ?? Infinity)
  }

  private review(
    userId: string,
    decision: (before: EntryRow) => [ChangeKind, EntryRow | undefined] | undefined,
  ): Reviewed {
    if (this.isClosed(this.clock())) return fail('season_closed')
    const before = this.rows.entry(userId)
    if (!before) return fail('entry_not_found')
    const decided = decision(before)
    if (decided) this.replace({ before, after: decided[1] }, { kind: decided[0] })
    return ok({ changed: decided !== undefined })
  }

  private apply(submission: Submission, cause: Cause): ScoreApplied {
    const { write, before, decision } = submission
    const counted = this.known!.rules.attemptsMax !== undefined
    if (!decision.applied && before && !counted) return this.unchanged(before)
    const after = this.entered(submission)
    const { operator } = write
    return this.replace({ before, after }, cause, {
      submitted: write.keys,
      operator: operator ?? this.known!.rules.operator,
      applied: decision.applied,
    })
  }

  private unchanged(entry: EntryRow): ScoreApplied {
    const { rules } = this.known!
    const rank = this.ranks.rankAt(placeOf(entry), rules)
    const keys = keysOf(placeOf(entry), rules)
    const { attempts } = entry
    const same = { rank, previousRank: rank, keys, previousKeys: keys, attempts }
    return { ...same, applied: false, replayed: false, sequence: this.head }
  }

  private entered({ write, before, decision, at }: Submission): EntryRow {
    const { rules } = this.known!
    const [o0, o1, o2] = orderOf(decision.keys, rules)
    const place = { o0, o1, o2, tie: tieOf(this.head + 1, rules), reachedAt: at }
    const { o0: p0, o1: p1, o2: p2, tie, reachedAt } = before ?? { ...place }
    return {
      userId: write.userId,
      hidden: before?.hidden ?? 0,
      ...(decision.moves ? place : { o0: p0, o1: p1, o2: p2, tie, reachedAt }),
      metadata: decision.metadata,
      attempts: (before?.attempts ?? 0) + 1,
      updatedAt: decision.applied ? at : before!.updatedAt,
      reason: before?.reason ?? null,
    }
  }

  /** Writes what an entry becomes, the index and the journal: the only place where a standing changes. */
  private replace({ before, after }: Entered, cause: Cause, score = unasked): ScoreApplied {
    const { keys: previousKeys, rank: previousRank } = this.side(before)
    if (after) this.rows.setEntry(after)
    else this.rows.deleteEntry(before!.userId)
    this.head += 1
    const either = (after ?? before)!
    const body: ChangeBody = {
      submitted: score.submitted,
      operator: score.operator,
      applied: score.applied,
      metadata: after?.metadata ?? null,
      ...this.side(after),
      previousKeys,
      previousRank,
      attempts: after?.attempts ?? 0,
      visible: either.hidden === 0,
    }
    this.rows.addToJournal({
      sequence: this.head,
      at: this.clock(),
      kind: cause.kind,
      userId: either.userId,
      key: cause.key ?? null,
      requestHash: cause.hash ?? null,
      change: JSON.stringify(body),
      deltas: '[]',
    })
    return appliedOf(this.head, body, false)
  }

  private side(entry: EntryRow | undefined): { keys: number[] | null; rank: number | null } {
    if (!entry) return { keys: null, rank: null }
    const { rules } = this.known!
    const place = placeOf(entry)
    return { keys: keysOf(place, rules), rank: this.ranks.rankAt(place, rules) }
  }
}

type Submission = {
  write: ScoreWrite
  before: EntryRow | undefined
  decision: Decision
  at: number
}
type Submitted = Pick<ChangeBody, 'submitted' | 'operator' | 'applied'>

/** A change that is not a submission. */
const unasked: Submitted = { submitted: null, operator: null, applied: true }

const orderOfRules = ({ keys, tiePolicy }: BoardRules) => ({ keys, tiePolicy })

const hashOf = ({ userId, keys, operator, metadata }: ScoreWrite): string =>
  requestHash('submit', [userId, keys, operator, metadata])

function replayed(
  row: JournalRow,
  hash: string | undefined,
): Result<ScoreApplied, 'idempotency_conflict'> {
  if (row.requestHash !== hash || row.kind !== 'score') return fail('idempotency_conflict')
  return ok(appliedOf(row.sequence, JSON.parse(row.change) as ChangeBody, true))
}

const appliedOf = (sequence: number, body: ChangeBody, again: boolean): ScoreApplied => ({
  rank: body.rank ?? 0,
  previousRank: body.previousRank,
  keys: body.keys ?? [],
  previousKeys: body.previousKeys,
  applied: body.applied,
  replayed: again,
  attempts: body.attempts,
  sequence,
})
