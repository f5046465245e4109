/**
 * How a Worker tells the audit log of a tenant, which is in `auth`: the note is inserted in the same batch as the change,
 * and sent afterwards, as often as it takes; `auth` drops what it has.
 */
import { sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Caller } from './caller.ts'
import { now } from './clock.ts'
import { drain } from './drain.ts'
import type { Result } from './result.ts'

/** Most notes in one call. */
export const auditNotesMax = 50

/** One change: who made it, of what, and when. The same `id` is the same change. */
export type AuditNote = {
  id: string
  at: number
  action: string
  /** The id of what was changed. */
  subject: string
  caller: Pick<Caller, 'kind' | 'actorId' | 'address' | 'requestId'>
}

/** The RPC surface of `auth` that a Worker needs: its `AuthAudit` entrypoint. */
export type AuditAppender = {
  append(
    projectId: string,
    notes: AuditNote[],
  ): Promise<Result<{ appended: number }, 'unknown_project' | 'busy'>>
}

/** Re-exported by the `schema.ts` of every Worker whose definitions members and keys change. */
export const auditOutbox = sqliteTable('audit_outbox', {
  sequence: integer('sequence').primaryKey({ autoIncrement: true }),
  projectId: text('project_id').notNull(),
  note: text('note', { mode: 'json' }).$type<AuditNote>().notNull(),
})

/** The statement that notes a change of the caller's project; give it to the `batch()` that makes the change. */
export const noteChange = (db: DrizzleD1Database, caller: Caller, change: AuditChange) =>
  db.insert(auditOutbox).values({ projectId: caller.projectId, note: noteOf(caller, change) })

/** The same for a change that has a condition: noted only if the statement before it in the `batch()` changed a row. */
export const noteIfChanged = (db: DrizzleD1Database, caller: Caller, change: AuditChange) =>
  db
    .insert(auditOutbox)
    .select(
      sql`SELECT NULL, ${caller.projectId}, ${JSON.stringify(noteOf(caller, change))} WHERE changes() > 0`,
    )

/** The same for many changes at once, in one statement and two parameters. */
export const noteChanges = (db: DrizzleD1Database, caller: Caller, changes: AuditChange[]) => {
  const notes = JSON.stringify(changes.map((change) => noteOf(caller, change)))
  return db
    .insert(auditOutbox)
    .select(sql`SELECT NULL, ${caller.projectId}, value FROM json_each(${notes})`)
}

/** The same for a change that is not in D1, and is noted again when it is sent again: `id` names it, and is noted once. */
export const noteOnce = (
  db: DrizzleD1Database,
  caller: Caller,
  { id, ...change }: AuditChange & { id: string },
) =>
  db.insert(auditOutbox).select(
    sql`SELECT NULL, ${caller.projectId}, ${JSON.stringify({ ...noteOf(caller, change), id })}
        WHERE NOT EXISTS (SELECT 1 FROM audit_outbox WHERE note ->> 'id' = ${id})`,
  )

export type AuditChange = Pick<AuditNote, 'action' | 'subject'>

function noteOf(
  { kind, actorId, address, requestId }: Caller,
  { action, subject }: AuditChange,
): AuditNote {
  const caller = { kind, actorId, requestId, ...(address !== undefined && { address }) }
  return { id: crypto.randomUUID(), at: now(), action, subject, caller }
}

/** Sends what waits, oldest first: see `drain`. */
export const sendNotes = (db: DrizzleD1Database, audit: AuditAppender): Promise<void> =>
  drain(db, {
    name: 'audit',
    table: auditOutbox,
    rowsMax: auditNotesMax,
    send: async (projectId, rows) => {
      const answer = await audit.append(
        projectId,
        rows.map(({ note }) => note),
      )
      if (!answer.ok) throw new Error(`The audit log answered ${answer.code}.`)
    },
  })
