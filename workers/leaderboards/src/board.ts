/** The standing of one board in one season: reads, decides and writes in one synchronous stretch. */
import { requestHash } from '@coinop/shared/hash'
import { fail, ok, type Result } from '@coinop/shared/result'
import type {
  BoardReference,
  BoardRules,
  ChangeKind,
  Removed,
  RequestPart,
  Reviewed,
  ScoreAnswer,
  ScoreApplied,
  ScoreWrite,
} from './board-commands.ts'
import {
  appliedOf,
  changesAnything,
  entryAfter,
  fingerprintOf,
  replayed,
  standingOf,
  type Submission,
  unasked,
} from './board-change.ts'
import {
  emptyIndex,
  isCheckpointDue,
  type OpenIndex,
  openIndex,
  saveCheckpoint,
} from './board-index.ts'
import { BoardFraud } from './board-fraud.ts'
import { type Item, itemsOf } from './board-requests.ts'
import { PlayRows } from './board-plays.ts'
import { type ChangeBody, type EntryRow, placeOf, visiblePlace } from './board-rows.ts'
import { BoardStorage } from './board-storage.ts'
import type { Operation } from './rank-index.ts'
import { Ranks } from './ranks.ts'
import { comparePlaces, decide, isRepeatable, keysOf, orderOfRules } from './score-rules.ts'

type Storage = { sql: Pick<SqlStorage, 'exec'> }
type Entered = { before: EntryRow | undefined; after: EntryRow | undefined }
type Entering = Result<BoardRules, 'season_not_started' | 'season_closed'>
type Keyed = { key?: string; hash?: string; item?: Item | undefined }
type Cause = Keyed & { kind: ChangeKind; at?: number }

/** Keeps in memory what it has read: after a throw its owner makes a new one. */
export class Board {
  readonly rows: BoardStorage
  readonly fraud: BoardFraud
  readonly plays: PlayRows
  private readonly clock: () => number
  private known: BoardReference | undefined
  private standing: Ranks | undefined
  private closed: number | null
  private head: number
  /** The newest change when it was read. */
  readonly opened: number
  /** The sequence of the checkpoint; below 0 when one is to be written as soon as something is. */
  private saved = 0

  /** `scan`: the rank index is made anew from the entries. */
  constructor(storage: Storage, clock: () => number, scan = false) {
    this.rows = new BoardStorage(storage.sql)
    this.fraud = new BoardFraud(storage.sql)
    this.plays = new PlayRows(storage.sql)
    this.clock = clock
    const row = this.rows.board()
    this.known = row && (JSON.parse(row.reference) as BoardReference)
    this.closed = row?.closedAt ?? null
    this.head = this.rows.lastSequence()
    this.opened = this.head
    if (this.known) this.keep(openIndex(this.rows, this.known.rules, scan), this.known.rules)
  }

  /** Undefined until something has been written. */
  get ranks(): Ranks | undefined {
    return this.standing
  }

  get total(): number {
    return this.standing?.index.total ?? 0
  }

  get checkpointed(): number {
    return Math.max(0, this.saved)
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

  submitAll(given: BoardReference, writes: ScoreWrite[], part?: RequestPart): ScoreAnswer[] {
    const items = itemsOf(part)
    const submit = () => writes.map((write, index) => this.submit(given, write, items[index]))
    return writes.length > 1 ? this.rows.ahead(writes, submit) : submit()
  }

  /** The end of a stretch: everything is written, and now and then a checkpoint. */
  end(): void {
    this.rows.end()
    if (!this.standing || !isCheckpointDue(this.head, this.saved)) return
    saveCheckpoint(this.rows, this.head, this.standing.index)
    this.saved = this.head
  }

  private submit(given: BoardReference, write: ScoreWrite, item?: Item): ScoreAnswer {
    const key = write.idempotencyKey
    const hash = fingerprintOf(write)
    const at = this.clock()
    const earlier = key === undefined ? undefined : this.rows.earlier(key, write.userId, item)
    if (earlier) return replayed(earlier, write)
    const over = this.plays.answerOf(write, at)
    if (over) return over
    const entered = this.enter(given, at)
    if (!entered.ok) return entered
    const rules = entered.value
    const before = this.rows.entry(write.userId)
    const decision = decide(rules, before && standingOf(before, rules), write)
    if (!decision.ok) return decision
    const judged = this.judge({ write, before, decision: decision.value, at })
    if (!judged) return fail('submission_rejected')
    const cause: Cause = { kind: 'score', at, ...(key !== undefined && { key, hash: hash!, item }) }
    const answer = this.apply(judged, cause)
    this.plays.use(write, { at, hash, answer })
    return ok(answer)
  }

  /** The rules of now, while the season takes anything. */
  enter(given: BoardReference, at: number): Entering {
    const { season, rules } = this.refer(given)
    if (at < season.startsAt) return fail('season_not_started')
    return this.isClosed(at) ? fail('season_closed') : ok(rules)
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
    this.saved = -Infinity
  }

  /**
   * The definition with the highest version seen. Once there is an entry its order is fixed: a season ends in the order
   * it began with.
   */
  private refer(given: BoardReference): BoardReference {
    const { known } = this
    if (known && known.rules.version >= given.rules.version) return known
    const kept = known && this.rows.hasEntries() ? orderOfRules(known.rules) : undefined
    const { season, rules } = given
    this.known = { season, rules: { ...rules, ...kept } }
    this.rows.setReference(this.known)
    // Without entries the order may change: what the old one has left is no part of the new index.
    if (!kept) this.keep(emptyIndex(this.rows, rules, this.head), rules)
    return this.known
  }

  private keep({ index, checkpointed }: OpenIndex, rules: BoardRules): void {
    this.standing = new Ranks(index, rules)
    this.saved = checkpointed
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

  /** What rules make of a submission: an entry that they put in quarantine is hidden first. Undefined: rejected. */
  private judge(submission: Submission): Submission | undefined {
    const { rules } = this.known!
    if (!changesAnything(submission, rules)) return submission
    const { decisive, known } = this.fraud.judge(submission, this.known!, this.standing!.index)
    if (decisive?.rule.action === 'reject') return undefined
    if (decisive?.rule.action !== 'quarantine') return { ...submission, known }
    const { userId } = submission.write
    if (submission.before) this.quarantine(userId, decisive.reason)
    return { ...submission, known, before: this.rows.entry(userId), suspicion: decisive.reason }
  }

  private apply(submission: Submission, cause: Cause): ScoreApplied {
    const { write, before, known = null } = submission
    const { rules } = this.known!
    const { applied } = submission.decision
    const operator = write.operator ?? rules.operator
    const changes = changesAnything(submission, rules)
    const remembered = cause.key !== undefined && !isRepeatable(rules, operator)
    if (before && !changes && !remembered) return this.unchanged(before)
    const after = changes ? entryAfter(submission, this.head + 1, rules) : before
    const score = { submitted: write.keys, operator, applied, known }
    return this.replace({ before, after }, cause, score)
  }

  private unchanged(entry: EntryRow): ScoreApplied {
    const { keys, rank } = this.side(entry)
    const same = { rank, keys, previousRank: rank, previousKeys: keys, attempts: entry.attempts }
    return appliedOf(this.head, { ...same, applied: false }, false)
  }

  /** Writes what an entry becomes, the index and the journal: the only place where a standing changes. */
  private replace({ before, after }: Entered, cause: Cause, score = unasked): ScoreApplied {
    const { keys: previousKeys, rank: previousRank } = this.side(before)
    const operations = this.move(before, after)
    const either = (after ?? before)!
    if (after !== before) this.rows.change(before, after)
    this.head += 1
    const body: ChangeBody = {
      ...score,
      metadata: after?.metadata ?? null,
      ...this.side(after),
      previousKeys,
      previousRank,
      attempts: after?.attempts ?? 0,
      visible: either.hidden === 0,
    }
    const row = {
      sequence: this.head,
      at: cause.at ?? this.clock(),
      kind: cause.kind,
      userId: either.userId,
      key: cause.key ?? null,
      requestHash: cause.hash ?? null,
      change: JSON.stringify(body),
      operations: JSON.stringify(operations),
    }
    this.rows.addToJournal(row, cause.item)
    return appliedOf(this.head, body, false)
  }

  /** In the index before it is in the rows: what the index still reads is how it was. */
  private move(before: EntryRow | undefined, after: EntryRow | undefined): Operation[] {
    const [from, to] = [visiblePlace(before), visiblePlace(after)]
    if (from && to && comparePlaces(from, to) === 0) return []
    const { index } = this.standing!
    return [...(from ? index.remove(from) : []), ...(to ? index.add(to) : [])]
  }

  private side(entry: EntryRow | undefined): { keys: number[] | null; rank: number | null } {
    if (!entry) return { keys: null, rank: null }
    const place = placeOf(entry)
    return { keys: keysOf(place, this.known!.rules), rank: this.standing!.rankAt(place) }
  }
}
