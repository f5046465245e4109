/**
 * The outbox of a Worker whose record is D1: the event is inserted in the same batch as the change it tells of, and
 * appended to the project's log afterwards, as often as it takes; the log drops what it has seen.
 * (A Durable Object keeps its own: see `wallet-object.ts`, whose entries are the outbox.)
 */
import { asc, inArray, notInArray, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { appendMax, type EventAppender, type EventEnvelope } from './events.ts'
import { logError } from './log.ts'

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
 * Sends what is waiting, oldest first. Safe to run several times at once, and never throws: what cannot be sent now is
 * logged and waits for the next minute. A project whose log does not answer keeps nobody else waiting.
 */
export async function drainOutbox(db: DrizzleD1Database, events: EventAppender): Promise<void> {
  const failed = new Set<string>()
  try {
    for (let round = 0; round < roundsMax; round++) {
      if (!(await drainRound(db, events, failed))) return
    }
  } catch (error) {
    logError('outbox', 'outbox.drain', error)
  }
}

/** Sends the oldest rows of all projects but those that `failed`, and adds to these; false when nothing was left. */
async function drainRound(
  db: DrizzleD1Database,
  events: EventAppender,
  failed: Set<string>,
): Promise<boolean> {
  const rows = await db
    .select()
    .from(outbox)
    .where(failed.size > 0 ? notInArray(outbox.projectId, [...failed]) : undefined)
    .orderBy(asc(outbox.sequence))
    .limit(appendMax)
  for (const [projectId, batch] of Map.groupBy(rows, (row) => row.projectId)) {
    if (!(await send(db, events, batch))) failed.add(projectId)
  }
  return rows.length > 0
}

type Row = typeof outbox.$inferSelect

/** Appends the events of one project, then forgets them; false when its log did not take them. */
async function send(db: DrizzleD1Database, events: EventAppender, batch: Row[]): Promise<boolean> {
  const projectId = batch[0]?.projectId ?? ''
  try {
    await events.append(
      projectId,
      batch.map((row) => row.event),
    )
  } catch (error) {
    logError('outbox', 'outbox.append', error)
    return false
  }
  const sequences = batch.map((row) => row.sequence)
  await db.delete(outbox).where(inArray(outbox.sequence, sequences))
  return true
}

/** Bounds one run; the next minute's sweep goes on. */
const roundsMax = 20
