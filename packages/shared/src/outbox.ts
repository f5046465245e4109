/**
 * How a Worker whose record is D1 announces, so that nothing is lost or told twice; the log drops what it has seen.
 *
 * - What the Worker's own batch makes true goes into the outbox in that batch, and to the project's log afterwards, as often
 *   as it takes.
 * - What is true before the batch that records it (the wallet has moved the money) is told the log at once, and the outbox is
 *   for when the log did not answer: see `tellAtOnce`.
 *
 * (A Durable Object keeps its own: see `wallet-object.ts`, whose entries are the outbox.)
 */
import { sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { drain } from './drain.ts'
import type { EventAppender, EventEnvelope } from './events.ts'
import { logError } from './log.ts'
import { within } from './within.ts'

/** Most events of one append: each may have 64 KiB. */
const rowsMax = 100
/** How long an answer waits for the log. */
const atOnceMilliseconds = 1_000

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

/**
 * Tells the log of what nothing can undo any more, before the batch that records it; answers whether the log has it. When it
 * does not, that batch is to put the event into the outbox. Whoever repeats the work after a crash between the two tells the
 * same event again, so its id, its time and its facts have to follow from what is stored. Never throws.
 */
export async function tellAtOnce(
  events: EventAppender,
  projectId: string,
  event: EventEnvelope,
): Promise<boolean> {
  try {
    // Too late is the same as not at all: what arrives afterwards all the same is dropped when it comes again.
    const answer = await within(atOnceMilliseconds, events.append(projectId, [event]))
    if (!answer) throw new Error(`The log did not answer in ${atOnceMilliseconds} ms.`)
    return true
  } catch (error) {
    if (!(error instanceof Later)) logError('outbox', 'outbox.tell', error)
    return false
  }
}

class Later extends Error {}

/**
 * The log as a schedule asks it, which reaches few Workers and ends work of many projects: nothing is told at once, and the
 * outbox sends all of it together.
 */
export const tellingLater = { append: () => Promise.reject(new Later()) } satisfies EventAppender

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
