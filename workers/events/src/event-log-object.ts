/** One object per project: its single thread is what makes the sequence gapless and every event logged once. */
import { DurableObject } from 'cloudflare:workers'
import { isoTime, now } from '@coinop/shared/clock'
import type { EventData, EventEnvelope, FollowedLog, LoggedEvent } from '@coinop/shared/events'

type EventRow = {
  sequence: number
  id: string
  type: string
  subject: string
  at: string
  data: string
}
/** A statement may have 100 bound parameters. */
const rowsAtOnce = Math.floor(100 / 6)
/**
 * By how many rows they write. OR FAIL, for what fails undoes the whole append: SQLite need not be able to undo the rows of one
 * statement, which costs pages.
 */
const inserts = Array.from(
  { length: rowsAtOnce + 1 },
  (_, rows) =>
    `INSERT OR FAIL INTO events (sequence, id, type, subject, at, data)
     VALUES ${Array(rows).fill('(?, ?, ?, ?, ?, ?)').join(', ')}`,
)
export type EventFilter = { after: number; limit: number; type?: string }
export type FollowFilter = { after: number; limit: number; types: readonly string[] }

export class EventLogObject extends DurableObject<EventsEnv> {
  constructor(ctx: DurableObjectState, env: EventsEnv) {
    super(ctx, env)
    ctx.storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS events (
        sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
        subject TEXT NOT NULL, at TEXT NOT NULL, data TEXT NOT NULL);
       CREATE TABLE IF NOT EXISTS days (
        day TEXT PRIMARY KEY, first_sequence INTEGER NOT NULL) WITHOUT ROWID`,
    )
    // A log from before days were noted: nobody knows when it was appended, so all of it counts as new.
    ctx.storage.sql.exec(
      `INSERT INTO days SELECT ?, sequence FROM events
       WHERE NOT EXISTS (SELECT 1 FROM days) ORDER BY sequence LIMIT 1`,
      dayOf(now()),
    )
  }

  /** Appends what is new, in the order given. Repeating a call changes nothing. */
  append(events: EventEnvelope[]): { head: number; appended: number; duplicates: number } {
    return this.ctx.storage.transactionSync(() => {
      const before = this.head()
      const known = this.known(events.map(({ id }) => id))
      const rows: EventRow[] = []
      for (const { id, type, subject, at, data } of events) {
        if (known.has(id)) continue
        known.add(id)
        const sequence = before + rows.length + 1
        rows.push({ sequence, id, type, subject, at, data: JSON.stringify(data) })
      }
      for (let from = 0; from < rows.length; from += rowsAtOnce) {
        this.write(rows.slice(from, from + rowsAtOnce))
      }
      const appended = rows.length
      if (appended > 0) this.noteDay(before + 1)
      return { head: before + appended, appended, duplicates: events.length - appended }
    })
  }

  /** Those of the ids that are in the log. */
  private known(ids: string[]): Set<string> {
    const found = this.ctx.storage.sql.exec<{ id: string }>(
      `SELECT id FROM events WHERE id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(ids),
    )
    return new Set(found.toArray().map(({ id }) => id))
  }

  private write(rows: EventRow[]): void {
    const bound = rows.flatMap((row) => [
      row.sequence,
      row.id,
      row.type,
      row.subject,
      row.at,
      row.data,
    ])
    this.ctx.storage.sql.exec(inserts[rows.length]!, ...bound)
  }

  /** Events with a sequence above `after`, oldest first, at most `limit`. */
  read({ after, limit, type }: EventFilter): { events: LoggedEvent[]; head: number } {
    const rows = this.ctx.storage.sql
      .exec<EventRow>(
        `SELECT * FROM events WHERE sequence > ?1 AND (?2 IS NULL OR type = ?2)
         ORDER BY sequence LIMIT ?3`,
        after,
        type ?? null,
        limit,
      )
      .toArray()
    return { events: rows.map(eventOf), head: this.head() }
  }

  /**
   * Those of the `limit` events above `after` that are of one of `types`. Looks at no more than these, whatever it finds:
   * `next` is where to go on.
   */
  follow({ after, limit, types }: FollowFilter): Omit<FollowedLog, 'projectId'> {
    const head = this.head()
    const next = Math.max(after, Math.min(after + limit, head))
    const rows = this.ctx.storage.sql
      .exec<EventRow>(
        `SELECT * FROM events WHERE sequence > ? AND sequence <= ?
         AND type IN (SELECT value FROM json_each(?)) ORDER BY sequence`,
        after,
        next,
        JSON.stringify(types),
      )
      .toArray()
    return { events: rows.map(eventOf), next, head }
  }

  /** The same as `read`, of what was appended on the day of `since` or later; `after` is where it began. */
  readSince({ since, ...filter }: EventFilter & { since: number }) {
    const after = Math.max(filter.after, this.firstSince(since) - 1)
    return { ...this.read({ ...filter, after }), after }
  }

  /**
   * The first sequence that was appended on the day of `since` or later: what a plan shows begins there. Days are those
   * of the append, because an event may come late and the log must not be searched by a time that is out of order.
   */
  private firstSince(since: number): number {
    const [row] = this.ctx.storage.sql
      .exec<{ first: number }>(
        `SELECT first_sequence AS first FROM days WHERE day >= ? ORDER BY day LIMIT 1`,
        dayOf(since),
      )
      .toArray()
    return row?.first ?? this.head() + 1
  }

  /** One row a day, written by its first append. */
  private noteDay(sequence: number): void {
    this.ctx.storage.sql.exec(
      `INSERT INTO days (day, first_sequence) VALUES (?, ?) ON CONFLICT (day) DO NOTHING`,
      dayOf(now()),
      sequence,
    )
  }

  private head(): number {
    const { head } = this.ctx.storage.sql
      .exec<{ head: number }>(`SELECT coalesce(max(sequence), 0) AS head FROM events`)
      .one()
    return head
  }
}

/** `2026-11-23`, in UTC. */
const dayOf = (at: number): string => isoTime(at).slice(0, 10)

const eventOf = (row: EventRow): LoggedEvent => ({
  ...row,
  data: JSON.parse(row.data) as EventData,
})
