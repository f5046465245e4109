/** The tables inside an `EventLogObject`, and the steps from each version of them to the next; steps only go forward. */
import { isoTime, now } from '@coinop/shared/clock'
import { openVersions, type TableStorage } from '@coinop/shared/object-tables'

/** `2026-11-23`, in UTC. */
export const dayOf = (at: number): string => isoTime(at).slice(0, 10)

/** The first version had no number: its statements do nothing where its tables are. */
function first(sql: SqlStorage): void {
  sql.exec(
    `CREATE TABLE IF NOT EXISTS events (
      sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
      subject TEXT NOT NULL, at TEXT NOT NULL, data TEXT NOT NULL);
     CREATE TABLE IF NOT EXISTS days (
      day TEXT PRIMARY KEY, first_sequence INTEGER NOT NULL) WITHOUT ROWID`,
  )
  // A log from before days were noted: nobody knows when it was appended, so all of it counts as new.
  sql.exec(
    `INSERT INTO days SELECT ?, sequence FROM events
     WHERE NOT EXISTS (SELECT 1 FROM days) ORDER BY sequence LIMIT 1`,
    dayOf(now()),
  )
}

/** Events without an index of their ids: see `logged-ids.ts`. Those that were logged with one keep their table as it is. */
function second(sql: SqlStorage): void {
  const { isEmpty } = sql
    .exec<{ isEmpty: number }>(`SELECT NOT EXISTS (SELECT 1 FROM events) AS isEmpty`)
    .one()
  sql.exec(isEmpty ? `DROP TABLE events` : `ALTER TABLE events RENAME TO indexed_events`)
  sql.exec(
    // `newest`: the latest time in the id of this event and all before it.
    `CREATE TABLE events (
      sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL,
      subject TEXT NOT NULL, at TEXT NOT NULL, data TEXT NOT NULL, newest TEXT NOT NULL);
     CREATE TABLE pages (last INTEGER PRIMARY KEY, newest TEXT NOT NULL, fingerprints BLOB NOT NULL);
     CREATE TABLE early (id TEXT PRIMARY KEY) WITHOUT ROWID`,
  )
}

const steps = [first, second]

export const openTables = (storage: TableStorage): void => openVersions(storage, steps)

/** What was logged with an index of its ids; nothing in a log that is younger. */
export type IndexedEvents = { head: number; newestId: string }

export function indexedEvents(sql: Pick<SqlStorage, 'exec'>): IndexedEvents | undefined {
  const [found] = sql
    .exec(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'indexed_events'`)
    .toArray()
  if (!found) return undefined
  // Apart, so that each is the end of its own index.
  return sql
    .exec<IndexedEvents>(
      `SELECT (SELECT max(sequence) FROM indexed_events) AS head,
        (SELECT max(id) FROM indexed_events) AS newestId`,
    )
    .one()
}
