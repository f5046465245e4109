/** The log of one project: its events in order, without gaps, each once. To be used by one thread. */
import { countedSql } from '@coinop/shared/cost'
import type { EventData, EventEnvelope, FollowedLog, LoggedEvent } from '@coinop/shared/events'
import { idBound, timeIn } from '@coinop/shared/ids'
import { aheadMax, defaultLimits, type Limits, LoggedIds } from './logged-ids.ts'
import { dayOf, indexedEvents, type IndexedEvents } from './object-schema.ts'

type EventRow = Omit<LoggedEvent, 'data'> & { data: string }
type NewRow = EventRow & { newest: string }
type Storage = Pick<DurableObjectStorage, 'sql' | 'transactionSync'>

/** A statement may have 100 bound parameters: the first sequence, and six of each row. */
const rowsAtOnce = Math.floor(99 / 6)
/**
 * By how many rows they write. OR FAIL, for what fails undoes the whole append: SQLite need not be able to undo the rows of one
 * statement, which costs pages.
 */
const inserts = Array.from({ length: rowsAtOnce + 1 }, (_, rows) => {
  const values = Array.from({ length: rows }, (_row, index) => `(?1 + ${index}, ?, ?, ?, ?, ?, ?)`)
  return `INSERT OR FAIL INTO events (sequence, id, type, subject, at, data, newest)
     VALUES ${values.join(', ')}`
})
/** So many or more go to SQLite as texts: each counts as a row that is read, and costs less than to bind its values. */
const rowsAsTextMin = 100
/** Characters of such a text but for its last row: below the 2 MB of a value whatever they are. */
const textCharactersMax = 400_000
const insertText = `INSERT OR FAIL INTO events (sequence, id, type, subject, at, data, newest)
  SELECT ?1 + key, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
  FROM jsonb_each(?2)`
export type EventFilter = { after: number; limit: number; type?: string }
export type FollowFilter = { after: number; limit: number; types: readonly string[] }

export class EventLog {
  private readonly sql: Pick<SqlStorage, 'exec'>
  private readonly indexed: IndexedEvents | undefined
  private readonly ids: LoggedIds
  private readonly storage: Storage
  private readonly clock: () => number
  /** The last one that is noted. */
  private day = ''

  /** Of tables that are open. */
  constructor(storage: Storage, clock: () => number, limits: Limits = defaultLimits) {
    this.storage = storage
    this.clock = clock
    this.sql = countedSql(storage.sql)
    this.indexed = indexedEvents(this.sql)
    this.ids = new LoggedIds(this.sql, this.indexed, limits)
  }

  /** Appends what is new, in the order given. Repeating a call changes nothing. */
  append(events: EventEnvelope[]): { head: number; appended: number; duplicates: number } {
    const { rows, early } = this.newOf(events)
    if (rows.length > 0) this.insert(rows, early)
    return { head: this.head(), appended: rows.length, duplicates: events.length - rows.length }
  }

  private insert(rows: NewRow[], early: string[]): void {
    const day = dayOf(this.clock())
    const end = this.storage.transactionSync(() => {
      this.write(rows)
      if (day !== this.day) this.noteDay(day, rows[0]!.sequence)
      return this.ids.index(rows, early)
    })
    // Only what is written is remembered.
    this.day = day
    this.ids.remember(rows, end)
  }

  /** The rows of those events that the log does not have, and the ids of those that are ahead of the clock. */
  private newOf(events: EventEnvelope[]): { rows: NewRow[]; early: string[] } {
    const known = this.ids.find(events.map(({ id }) => id))
    let { last: sequence, newest } = this.ids.end
    const ahead = idBound('evt', this.clock() + aheadMax)
    const rows: NewRow[] = []
    const early: string[] = []
    for (const { id, type, subject, at, data } of events) {
      if (known.has(id)) continue
      known.add(id)
      if (id > ahead) early.push(id)
      else if (timeIn(id) > newest) newest = timeIn(id)
      sequence += 1
      rows.push({ sequence, id, type, subject, at, data: JSON.stringify(data), newest })
    }
    return { rows, early }
  }

  private write(rows: NewRow[]): void {
    if (rows.length >= rowsAsTextMin) return this.writeTexts(rows)
    for (let from = 0; from < rows.length; from += rowsAtOnce) {
      this.writeSome(rows.slice(from, from + rowsAtOnce))
    }
  }

  private writeTexts(rows: NewRow[]): void {
    let first = rows[0]!.sequence
    let [texts, characters]: [string[], number] = [[], 0]
    for (const { sequence, id, type, subject, at, data, newest } of rows) {
      const text = JSON.stringify([id, type, subject, at, data, newest])
      texts.push(text)
      characters += text.length
      if (characters < textCharactersMax && sequence < rows.at(-1)!.sequence) continue
      this.sql.exec(insertText, first, `[${texts.join()}]`)
      first = sequence + 1
      ;[texts, characters] = [[], 0]
    }
  }

  private writeSome(rows: NewRow[]): void {
    const bound: (string | number)[] = [rows[0]!.sequence]
    for (const { id, type, subject, at, data, newest } of rows) {
      bound.push(id, type, subject, at, data, newest)
    }
    this.sql.exec(inserts[rows.length]!, ...bound)
  }

  /** Events with a sequence above `after`, oldest first, at most `limit`. */
  read({ after, limit, type }: EventFilter): { events: LoggedEvent[]; head: number } {
    const types = type === undefined ? undefined : [type]
    const events = this.select({ after, upTo: Number.MAX_SAFE_INTEGER, limit, types })
    return { events, head: this.head() }
  }

  /**
   * Those of the `limit` events above `after` that are of one of `types`. Looks at no more than these, whatever it finds:
   * `next` is where to go on.
   */
  follow({ after, limit, types }: FollowFilter): Omit<FollowedLog, 'projectId'> {
    const head = this.head()
    const next = Math.max(after, Math.min(after + limit, head))
    return { events: this.select({ after, upTo: next, limit, types }), next, head }
  }

  /** The same as `read`, of what was appended on the day of `since` or later; `after` is where it began. */
  readSince({ since, ...filter }: EventFilter & { since: number }) {
    const after = Math.max(filter.after, this.firstSince(since) - 1)
    return { ...this.read({ ...filter, after }), after }
  }

  /** Those with an index of their ids are all before those without. */
  private select(range: Range): LoggedEvent[] {
    const isOld = range.after < (this.indexed?.head ?? 0)
    const old = isOld ? this.selectFrom('indexed_events', range) : []
    const left = range.limit - old.length
    const rows = left > 0 ? this.selectFrom('events', { ...range, limit: left }) : []
    return [...old, ...rows].map(eventOf)
  }

  private selectFrom(
    table: 'events' | 'indexed_events',
    { after, upTo, limit, types }: Range,
  ): EventRow[] {
    return this.sql
      .exec<EventRow>(
        `SELECT sequence, id, type, subject, at, data FROM ${table}
         WHERE sequence > ?1 AND sequence <= ?2
         AND (?3 IS NULL OR type IN (SELECT value FROM json_each(?3)))
         ORDER BY sequence LIMIT ?4`,
        after,
        upTo,
        types ? JSON.stringify(types) : null,
        limit,
      )
      .toArray()
  }

  /**
   * The first sequence that was appended on the day of `since` or later: what a plan shows begins there. Days are those
   * of the append, because an event may come late and the log must not be searched by a time that is out of order.
   */
  private firstSince(since: number): number {
    const [row] = this.sql
      .exec<{ first: number }>(
        `SELECT first_sequence AS first FROM days WHERE day >= ? ORDER BY day LIMIT 1`,
        dayOf(since),
      )
      .toArray()
    return row?.first ?? this.head() + 1
  }

  /** One row a day, written by its first append. */
  private noteDay(day: string, sequence: number): void {
    this.sql.exec(
      `INSERT INTO days (day, first_sequence) VALUES (?, ?) ON CONFLICT (day) DO NOTHING`,
      day,
      sequence,
    )
  }

  private head(): number {
    return this.ids.end.last
  }
}

type Range = {
  after: number
  upTo: number
  limit: number
  types: readonly string[] | undefined
}

const eventOf = (row: EventRow): LoggedEvent => ({
  ...row,
  data: JSON.parse(row.data) as EventData,
})
