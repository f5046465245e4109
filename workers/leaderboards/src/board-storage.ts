/** Every statement on a board's entries and journal; the tables are in `board-schema.ts`. Synchronous, without rules. */
import type { Chunk } from './board-checkpoint.ts'
import type { BoardReference, Position, ScoreWrite } from './board-commands.ts'
import { BoardPlaces } from './board-places.ts'
import { BoardRequests, type Item } from './board-requests.ts'
import { type EntryRow, type JournalRow, placeOf } from './board-rows.ts'
import {
  entriesAtOnce,
  insert,
  insertAll,
  isExactInJson,
  marks,
  parts,
  rowsAtOnce,
  upsertAll,
  upserts,
  valuesOfChange,
  valuesOfEntry,
} from './board-statements.ts'
import { JournalTail } from './journal-tail.ts'
import { KnownEntries } from './known-entries.ts'

type BoardRow = {
  reference: string
  closedAt: number | null
  digest: string | null
  announced: number
}

const order = 'o0, o1, o2, tie'
const backwards = 'o0 DESC, o1 DESC, o2 DESC, tie DESC'

export class BoardStorage {
  private readonly sql: Pick<SqlStorage, 'exec'>
  private readonly entries = new KnownEntries()
  private readonly changed = new Set<string>()
  /** Rows of the stretch by their key. */
  private readonly keys = new Map<string, JournalRow>()
  /** Whether every key that is asked for now has been looked for. */
  private isAhead = false
  private journal: JournalRow[] = []
  private readonly tail = new JournalTail()
  private readonly requests: BoardRequests
  readonly places: BoardPlaces

  constructor(sql: Pick<SqlStorage, 'exec'>) {
    this.sql = sql
    this.places = new BoardPlaces(sql, () => this.flush())
    this.requests = new BoardRequests(sql)
  }

  /** Reads together what many writes ask for one by one until it has ended. */
  ahead<T>(writes: ScoreWrite[], ask: () => T): T {
    this.readAhead(writes)
    this.isAhead = true
    const answer = ask()
    this.isAhead = false
    return answer
  }

  private readAhead(writes: ScoreWrite[]): void {
    const userIds = writes.map(({ userId }) => userId)
    const keys = writes.flatMap(({ idempotencyKey }) => idempotencyKey ?? [])
    const unknown = userIds.filter((userId) => !this.entries.has(userId))
    const found = unknown.length === 0 ? [] : this.entriesOf(unknown)
    for (const userId of unknown) this.entries.set(userId, undefined)
    for (const entry of found) this.entries.set(entry.userId, entry)
    if (keys.length === 0) return
    const rows = this.sql.exec<JournalRow>(
      `SELECT * FROM journal WHERE key IN (${marks(keys.length)})`,
      ...keys,
    )
    for (const row of rows) this.keys.set(row.key!, row)
  }

  /** Writes what has changed. */
  flush(): void {
    const rows = [...this.changed].map((userId) => [userId, this.entries.get(userId)] as const)
    this.changed.clear()
    this.places.written()
    const kept = rows.flatMap(([, row]) => row ?? [])
    for (const [userId, row] of rows) {
      if (!row) this.sql.exec(`DELETE FROM entries WHERE userId = ?`, userId)
    }
    this.writeEntries(kept)
    for (const part of parts(this.journal, rowsAtOnce)) this.writeJournal(part)
    this.tail.add(this.journal)
    this.journal = []
    this.requests.flush()
  }

  /** The end of a stretch. Entries stay known, for nobody else changes them. */
  end(): void {
    this.flush()
    this.entries.makeRoom()
    this.keys.clear()
    this.requests.end()
  }

  board(): BoardRow | undefined {
    return this.sql
      .exec<BoardRow>(`SELECT reference, closedAt, digest, announced FROM board`)
      .toArray()[0]
  }

  setReference(reference: BoardReference): void {
    this.sql.exec(
      `INSERT INTO board (id, reference) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET reference = ?1`,
      JSON.stringify(reference),
    )
  }

  setClosed(closedAt: number): void {
    this.sql.exec(`UPDATE board SET closedAt = ?`, closedAt)
  }

  setDigest(digest: string): void {
    this.sql.exec(`UPDATE board SET digest = ?`, digest)
  }

  setAnnounced(sequence: number): void {
    this.sql.exec(`UPDATE board SET announced = ?`, sequence)
  }

  entry(userId: string): EntryRow | undefined {
    const known = this.entries.get(userId)
    if (known || this.entries.has(userId)) return known
    const query = `SELECT * FROM entries WHERE userId = ?`
    const [entry] = this.sql.exec<EntryRow>(query, userId).toArray()
    this.entries.set(userId, entry)
    if (this.changed.size === 0) this.entries.makeRoom()
    return entry
  }

  entriesOf(userIds: string[]): EntryRow[] {
    return this.sql
      .exec<EntryRow>(
        `SELECT * FROM entries WHERE userId IN (${marks(userIds.length)})`,
        ...userIds,
      )
      .toArray()
  }

  hasEntries(): boolean {
    this.flush()
    return this.sql.exec(`SELECT 1 FROM entries LIMIT 1`).toArray().length > 0
  }

  /** What an entry has become; `before` is undefined for a new one, `after` for one that is gone. */
  change(before: EntryRow | undefined, after: EntryRow | undefined): void {
    const { userId } = (after ?? before)!
    this.entries.set(userId, after)
    this.changed.add(userId)
    for (const entry of [before, after]) if (entry) this.places.touch(placeOf(entry))
  }

  /** The visible entries behind a place, in order; from the first on without one. */
  entriesAfter(place: Position | undefined, limit: number): EntryRow[] {
    const where = place ? `AND (${order}) > (?, ?, ?, ?)` : ''
    return this.sql
      .exec<EntryRow>(
        `SELECT * FROM entries WHERE hidden = 0 ${where} ORDER BY ${order} LIMIT ?`,
        ...(place ?? []),
        limit,
      )
      .toArray()
  }

  /** The visible entries ahead of a place, the nearest first. */
  entriesBefore(place: Position, limit: number): EntryRow[] {
    return this.sql
      .exec<EntryRow>(
        `SELECT * FROM entries WHERE hidden = 0 AND (${order}) < (?, ?, ?, ?) ORDER BY ${backwards} LIMIT ?`,
        ...place,
        limit,
      )
      .toArray()
  }

  chunks(): Chunk[] {
    return this.sql.exec<Chunk>(`SELECT * FROM checkpoints ORDER BY chunk`).toArray()
  }

  setChunks(chunks: Chunk[]): void {
    this.sql.exec(`DELETE FROM checkpoints WHERE chunk >= ?`, chunks.length)
    for (const { chunk, sequence, buckets } of chunks) {
      const values = [chunk, sequence, chunks.length, buckets]
      this.sql.exec(`INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?)`, ...values)
    }
  }

  lastSequence(): number {
    return this.sequenceAt('DESC')?.sequence ?? 0
  }

  firstSequence(): number {
    return this.sequenceAt('ASC')?.sequence ?? 0
  }

  /** The newest or the oldest row of the journal. */
  sequenceAt(end: 'ASC' | 'DESC'): { sequence: number; at: number } | undefined {
    return this.sql
      .exec<{ sequence: number; at: number }>(
        `SELECT sequence, at FROM journal ORDER BY sequence ${end} LIMIT 1`,
      )
      .toArray()[0]
  }

  /** The newest change before a time, found by halving: each step reads a row. 0 when there is none. */
  sequenceBefore(at: number): number {
    const query = `SELECT sequence, at FROM journal WHERE sequence >= ? ORDER BY sequence LIMIT 1`
    let [low, high] = [this.firstSequence(), this.lastSequence() + 1]
    while (low < high) {
      const middle = (low + high) >> 1
      const row = this.sql.exec<{ sequence: number; at: number }>(query, middle).toArray()[0]
      if (!row || row.at >= at) high = middle
      else low = row.sequence + 1
    }
    return Math.max(0, low - 1)
  }

  journalOf(key: string): JournalRow | undefined {
    // One that this stretch has just written down is in no row yet.
    const known = this.keys.size === 0 ? undefined : this.keys.get(key)
    if (known || this.isAhead) return known
    return this.sql.exec<JournalRow>(`SELECT * FROM journal WHERE key = ?`, key).toArray()[0]
  }

  journalAfter(sequence: number, limit: number): JournalRow[] {
    const newest = this.tail.after(sequence, limit)
    if (newest) return newest
    return this.sql
      .exec<JournalRow>(
        `SELECT * FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?`,
        sequence,
        limit,
      )
      .toArray()
  }

  /** What the changes after a sequence did to the index, oldest first. */
  *operationsAfter(sequence: number): Iterable<string> {
    const query = `SELECT operations FROM journal WHERE sequence > ? ORDER BY sequence`
    for (const { operations } of this.sql.exec<{ operations: string }>(query, sequence)) {
      yield operations
    }
  }

  /** The change that a key has brought about, by itself or in the request that it came in. */
  earlier(key: string, userId: string, item: Item | undefined): JournalRow | undefined {
    const alone = this.journalOf(key)
    if (alone || !item) return alone
    for (const [, sequence, requestHash] of this.requests.of(item)) {
      const row = this.journalAt(sequence)
      if (row?.userId === userId) return { ...row, requestHash }
    }
    return undefined
  }

  addToJournal(row: JournalRow, item?: Item): void {
    if (item?.shared && row.requestHash !== null) {
      this.requests.add(item, { sequence: row.sequence, at: row.at, hash: row.requestHash })
      this.journal.push({ ...row, key: null, requestHash: null })
      return
    }
    this.journal.push(row)
    if (row.key !== null) this.keys.set(row.key, row)
  }

  private journalAt(sequence: number): JournalRow | undefined {
    this.flush()
    const query = `SELECT * FROM journal WHERE sequence = ?`
    return this.sql.exec<JournalRow>(query, sequence).toArray()[0]
  }

  /** Forgets rows up to a sequence that are older than a time. */
  prune(sequence: number, before: number): void {
    this.sql.exec(`DELETE FROM journal WHERE sequence <= ? AND at < ?`, sequence, before)
    this.requests.prune(sequence, before)
  }

  private writeEntries(rows: EntryRow[]): void {
    // One row that is read from JSON would be counted as read.
    const exact = rows.length > 1 ? rows.filter(isExactInJson) : []
    for (const part of parts(exact, rowsAtOnce)) {
      this.sql.exec(upsertAll, JSON.stringify(part.map(valuesOfEntry)))
    }
    const bound = exact.length === 0 ? rows : rows.filter((row) => !isExactInJson(row))
    for (const part of parts(bound, entriesAtOnce)) {
      this.sql.exec(upserts[part.length]!, ...part.flatMap(valuesOfEntry))
    }
  }

  private writeJournal(rows: JournalRow[]): void {
    if (rows.length === 1) this.sql.exec(insert, ...valuesOfChange(rows[0]!))
    else this.sql.exec(insertAll, JSON.stringify(rows.map(valuesOfChange)))
  }
}
