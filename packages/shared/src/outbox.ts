/**
 * The outbox of a Worker whose record is D1: the event is inserted in the same batch as the change it tells of, and
 * appended to the project's log afterwards, as often as it takes; the log drops what it has seen.
 * (A Durable Object keeps its own: see `wallet-object.ts`, whose entries are the outbox.)
 */
import { asc, inArray } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { appendMax, type EventAppender, type EventEnvelope } from './events.ts'

/** Re-exported by the `schema.ts` of every Worker that announces. Never reuses a sequence, so a late delete hits only what was sent. */
export const outbox = sqliteTable('outbox', {
  sequence: integer('sequence').primaryKey({ autoIncrement: true }),
  projectId: text('project_id').notNull(),
  event: text('event', { mode: 'json' }).$type<EventEnvelope>().notNull(),
})

/** The statement that puts an event into the outbox; give it to the `batch()` that makes it true. */
export const announce = (db: DrizzleD1Database, projectId: string, event: EventEnvelope) =>
  db.insert(outbox).values({ projectId, event })

/** Sends what is waiting, oldest first, until the outbox is empty. Safe to run several times at once. Answers how many were sent. */
export async function drainOutbox(db: DrizzleD1Database, events: EventAppender): Promise<number> {
  let sent = 0
  for (let round = 0; round < roundsMax; round++) {
    const rows = await db.select().from(outbox).orderBy(asc(outbox.sequence)).limit(appendMax)
    if (rows.length === 0) break
    for (const [projectId, batch] of Map.groupBy(rows, (row) => row.projectId)) {
      await events.append(
        projectId,
        batch.map((row) => row.event),
      )
      await db.delete(outbox).where(
        inArray(
          outbox.sequence,
          batch.map((row) => row.sequence),
        ),
      )
      sent += batch.length
    }
  }
  return sent
}

/** Bounds one run; the next minute's sweep goes on. */
const roundsMax = 20
