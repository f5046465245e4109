/** Every statement on a board's entries and journal; the tables are in `board-schema.ts`. Synchronous, without rules. */
import type { Chunk } from './board-checkpoint.ts'
import type { BoardReference, Position } from './board-commands.ts'
import { type EntryRow, type JournalRow, placeOf } from './board-rows.ts'
import { changesAtOnce, entriesAtOnce, inserts, marks, parts, upserts } from './board-statements.ts'
import { comparePlaces } from './score-rules.ts'

type BoardRow = {
  reference: string
  closedAt: number | null
  digest: string | null
  announced: number
}

const order = 'o0, o1, o2, tie'
const backwards = 'o0 DESC, o1 DESC, o2 DESC, tie DESC'
const sameTuple = 'hidden = 0 AND o0 = ? AND o1 = ? AND o2 = ?'

export class BoardStorage {
  private readonly sql: SqlStorage
  /** Entries that this stretch has read ahead or changed: one statement writes several. */
  private readonly entries = new Map<string, EntryRow | undefined>()
  private readonly changed = new Set<string>()
  /** Where entries were and are that have changed. */
  private touched: Position[] = []
  private readonly keys = new Map<string, JournalRow | undefined>()
  private journal: JournalRow[] = []

  constructor(sql: SqlStorage) {
    this.sql = sql
  }

  /** Reads together what many writes are going to ask for one by one. */
  readAhead(userIds: string[], keys: string[]): void {
    const entries = this.sql.exec<EntryRow>(
      `SELECT * FROM entries WHERE userId IN (${marks(userIds.length)})`,
      ...userIds,
    )
    for (const userId of userIds) this.entries.set(userId, undefined)
    for (const entry of entries) this.entries.set(entry.userId, entry)
    if (keys.length === 0) return
    const rows = this.sql.exec<JournalRow>(
      `SELECT * FROM journal WHERE key IN (${marks(keys.length)})`,
      ...keys,
    )
    for (const key of keys) this.keys.set(key, undefined)
    for (const row of rows) this.keys.set(row.key!, row)
  }

  /** Writes what has changed. */
  flush(): void {
    const rows = [...this.changed].map((userId) => [userId, this.entries.get(userId)] as const)
    this.changed.clear()
    this.touched = []
    const kept = rows.flatMap(([, row]) => row ?? [])
    for (const [userId, row] of rows) {
      if (!row) this.sql.exec(`DELETE FROM entries WHERE userId = ?`, userId)
    }
    for (const part of parts(kept, entriesAtOnce)) this.writeEntries(part)
    for (const part of parts(this.journal, changesAtOnce)) {
      this.writeJournal(part)
    }
    this.journal = []
  }

  /** The end of a stretch: what was read ahead may be old when the next one begins. */
  end(): void {
    this.flush()
    this.entries.clear()
    this.keys.clear()
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
    if (this.entries.has(userId)) return this.entries.get(userId)
    return this.sql.exec<EntryRow>(`SELECT * FROM entries WHERE userId = ?`, userId).toArray()[0]
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
    for (const entry of [before, after]) if (entry) this.touched.push(placeOf(entry))
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

  /** The visible places from `from` on and before `to`, in order. */
  *between(from: Position, to: Position | undefined): Iterable<Position> {
    const isHere = (place: Position) =>
      comparePlaces(place, from) >= 0 && (!to || comparePlaces(place, to) < 0)
    if (this.touched.some(isHere)) this.flush()
    const end = to ? `AND (${order}) < (?, ?, ?, ?)` : ''
    const rows = this.sql
      .exec(
        `SELECT ${order} FROM entries WHERE hidden = 0 AND (${order}) >= (?, ?, ?, ?) ${end} ORDER BY ${order}`,
        ...from,
        ...(to ?? []),
      )
      .raw<Position>()
    yield* rows
  }

  hasTupleAhead(place: Position): boolean {
    this.flush()
    const query = `SELECT 1 FROM entries WHERE ${sameTuple} AND tie < ? LIMIT 1`
    return this.sql.exec(query, ...place).toArray().length > 0
  }

  nextOfTuple(place: Position): Position | undefined {
    this.flush()
    const query = `SELECT ${order} FROM entries WHERE ${sameTuple} AND tie > ? ORDER BY tie LIMIT 1`
    return [...this.sql.exec(query, ...place).raw<Position>()][0]
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
    if (this.keys.has(key)) return this.keys.get(key)
    return this.sql.exec<JournalRow>(`SELECT * FROM journal WHERE key = ?`, key).toArray()[0]
  }

  journalAfter(sequence: number, limit: number): JournalRow[] {
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

  addToJournal(row: JournalRow): void {
    this.journal.push(row)
    if (row.key !== null) this.keys.set(row.key, row)
  }

  /** Forgets rows up to a sequence that are older than a time. */
  prune(sequence: number, before: number): void {
    this.sql.exec(`DELETE FROM journal WHERE sequence <= ? AND at < ?`, sequence, before)
  }

  private writeEntries(rows: EntryRow[]): void {
    const bound = rows.flatMap((row) => [
      row.userId,
      row.hidden,
      row.o0,
      row.o1,
      row.o2,
      row.tie,
      row.metadata,
      row.attempts,
      row.updatedAt,
      row.reachedAt,
      row.reason,
      row.minutes,
    ])
    this.sql.exec(upserts[rows.length]!, ...bound)
  }

  private writeJournal(rows: JournalRow[]): void {
    const bound = rows.flatMap((row) => [
      row.sequence,
      row.at,
      row.kind,
      row.userId,
      row.key,
      row.requestHash,
      row.change,
      row.operations,
    ])
    this.sql.exec(inserts[rows.length]!, ...bound)
  }
}
