/**
 * The outbox of a Worker whose record is D1: the event is inserted in the same batch as the change it tells of, and
 * appended to the project's log afterwards, as often as it takes; the log drops what it has seen.
 * (A Durable Object keeps its own: see `wallet-object.ts`, whose entries are the outbox.)
 */
import { sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { drain } from './drain.ts'
import type { EventAppender, EventEnvelope } from './events.ts'

/** Most events of one append: each may have 64 KiB. */
const rowsMax = 100

/** Re-exported by the `schema.ts` of every Worker that announces. Never reuses a sequence, so a late delete hits only what was sent. */
export const outbox = sqliteTable('outbox', {
  sequence: integer('sequence').primaryKey({ autoIncrement: true }),
  projectId: text('project_id').notNull(),
  event: text('event', { mode: 'json' }).$type<EventEnvelope>().notNull(),
})

/** The statement that puts an event into the outbox; give it to the `batch()` that makes it true. */
export const announce = (db: DrizzleD1Database, projectId: string, event: EventEnvelope) =>
  db.insert(outbox).values({ projectId, event })

/** The same for a change that has a condition: announced only if the statement before it in the `batch()` changed a row. */
export const announceIfChanged = (db: DrizzleD1Database, projectId: string, event: EventEnvelope) =>
  db
    .insert(outbox)
    .select(sql`SELECT NULL, ${projectId}, ${JSON.stringify(event)} WHERE changes() > 0`)

/** Sends what is waiting, oldest first: see `drain`. */
export const drainOutbox = (db: DrizzleD1Database, events: EventAppender): Promise<void> =>
  drain(db, {
    name: 'outbox',
    table: outbox,
    rowsMax,
    send: async (projectId, rows) => {
      await events.append(
        projectId,
        rows.map((row) => row.event),
      )
    },
  })
