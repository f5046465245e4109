/** Every statement on a board's entries and journal; the tables are in `board-schema.ts`. Synchronous, without rules. */
import type { BoardReference, Change, ChangeKind, Position } from './board-commands.ts'

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
}

/** The four numbers of a place, and how many entries and tuples came to it (1) or left it (-1). */
export type Delta = number[]

export type JournalRow = {
  sequence: number
  at: number
  kind: ChangeKind
  userId: string
  key: string | null
  requestHash: string | null
  change: string
  deltas: string
}
/** What of a change has no column of its own. */
export type ChangeBody = Omit<Change, 'sequence' | 'at' | 'kind' | 'userId'>

type BoardRow = {
  reference: string
  closedAt: number | null
  digest: string | null
  announced: number
}

export const placeOf = ({ o0, o1, o2, tie }: EntryRow): Position => [o0, o1, o2, tie]

const order = 'o0, o1, o2, tie'
const backwards = 'o0 DESC, o1 DESC, o2 DESC, tie DESC'

export class BoardStorage {
  private readonly sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.sql = sql
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
    return this.sql.exec<EntryRow>(`SELECT * FROM entries WHERE userId = ?`, userId).toArray()[0]
  }

  entriesOf(userIds: string[]): EntryRow[] {
    const rows = userIds.map((userId) => this.entry(userId))
    return rows.filter((row) => row !== undefined)
  }

  hasEntries(): boolean {
    return this.sql.exec(`SELECT 1 FROM entries LIMIT 1`).toArray().length > 0
  }

  setEntry(row: EntryRow): void {
    this.sql.exec(
      `INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
    )
  }

  deleteEntry(userId: string): void {
    this.sql.exec(`DELETE FROM entries WHERE userId = ?`, userId)
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

  /** How many visible entries are ahead of a place; every one of them is read. */
  countBefore(place: Position): number {
    return this.sql
      .exec<{ count: number }>(
        `SELECT count(*) AS count FROM entries WHERE hidden = 0 AND (${order}) < (?, ?, ?, ?)`,
        ...place,
      )
      .one().count
  }

  /** How many different keys are ahead of a place; every entry ahead is read. */
  countTuplesBefore(place: Position): number {
    return this.sql
      .exec<{ count: number }>(
        `SELECT count(*) AS count FROM (SELECT DISTINCT o0, o1, o2 FROM entries
          WHERE hidden = 0 AND (${order}) < (?, ?, ?, ?))`,
        ...place,
      )
      .one().count
  }

  countVisible(): number {
    return this.sql
      .exec<{ count: number }>(`SELECT count(*) AS count FROM entries WHERE hidden = 0`)
      .one().count
  }

  lastSequence(): number {
    const [row] = this.sql
      .exec<{ sequence: number }>(`SELECT sequence FROM journal ORDER BY sequence DESC LIMIT 1`)
      .toArray()
    return row?.sequence ?? 0
  }

  firstSequence(): number {
    const [row] = this.sql
      .exec<{ sequence: number }>(`SELECT sequence FROM journal ORDER BY sequence LIMIT 1`)
      .toArray()
    return row?.sequence ?? 0
  }

  journalOf(key: string): JournalRow | undefined {
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

  addToJournal(row: JournalRow): void {
    this.sql.exec(
      `INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      row.sequence,
      row.at,
      row.kind,
      row.userId,
      row.key,
      row.requestHash,
      row.change,
      row.deltas,
    )
  }
}
