/** A log in the tests: events with ids of a given time, tables as the first version left them, and storage that counts its rows. */
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { EventEnvelope } from '@coinop/shared/events'
import { derivedId, newId } from '@coinop/shared/ids'

export const bindings = env as unknown as EventsEnv

/** The same number and time are the same event. */
export const eventOf = (number: number, time: number): EventEnvelope => ({
  id: derivedId('evt', time, `event ${number}`),
  type: number % 2 === 0 ? 'test.thing.made' : 'test.thing.lost',
  subject: 'thing',
  at: new Date(time).toISOString(),
  data: { number },
})

export const eventsOf = (first: number, count: number, time: number): EventEnvelope[] =>
  Array.from({ length: count }, (_, index) => eventOf(first + index, time))

/** The tables of the first version, with these events and no others. */
export function asTheFirstVersionLeftIt(sql: SqlStorage, events: EventEnvelope[]): void {
  const tables = ['events', 'indexed_events', 'pages', 'early', 'days', 'schema_version']
  for (const table of tables) sql.exec(`DROP TABLE IF EXISTS ${table}`)
  sql.exec(
    `CREATE TABLE events (
      sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
      subject TEXT NOT NULL, at TEXT NOT NULL, data TEXT NOT NULL);
     CREATE TABLE days (
      day TEXT PRIMARY KEY, first_sequence INTEGER NOT NULL) WITHOUT ROWID`,
  )
  for (const { id, type, subject, at, data } of events) {
    const columns = `id, type, subject, at, data`
    const values = [id, type, subject, at, JSON.stringify(data)]
    sql.exec(`INSERT INTO events (${columns}) VALUES (?, ?, ?, ?, ?)`, ...values)
  }
  if (events.length > 0) sql.exec(`INSERT INTO days VALUES ('2026-11-01', 1)`)
}

type Rows = Readonly<Pick<SqlStorageCursor<never>, 'rowsRead' | 'rowsWritten'>>

export class CountingStorage {
  readonly sql: SqlStorage
  private cursors: Rows[] = []
  private failIn = Infinity
  private readonly storage: DurableObjectStorage

  constructor(storage: DurableObjectStorage) {
    this.storage = storage
    const exec = (query: string, ...bound: unknown[]) => {
      this.failIn -= 1
      if (this.failIn < 0) throw new Error('the disk is gone')
      const cursor = storage.sql.exec(query, ...bound)
      this.cursors.push(cursor)
      return cursor
    }
    this.sql = { exec } as unknown as SqlStorage
  }

  transactionSync<T>(work: () => T): T {
    return this.storage.transactionSync(work)
  }

  /** The statement after so many fails, and those after it. */
  failAfter(statements: number): void {
    this.failIn = statements
  }

  /** What has been read and written since it was last asked. */
  counted(): { read: number; written: number } {
    const rows = this.cursors.splice(0)
    return {
      read: rows.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
      written: rows.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0),
    }
  }
}

/** Does something with the storage of a log that nobody else uses. */
export const inStorage = (work: (storage: DurableObjectStorage) => void): Promise<void> =>
  runInDurableObject(bindings.EVENT_LOGS.getByName(newId('prj')), (_, { storage }) => work(storage))
