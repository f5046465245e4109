/** The tables of EVENTS_DB. The log itself lives in `EventLogObject`. */
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Events that the log refused, kept whole so that nothing announced is ever lost. */
export const deadLetters = sqliteTable(
  'dead_letters',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    projectId: text('project_id').notNull(),
    eventId: text('event_id').notNull(),
    type: text('type').notNull(),
    reason: text('reason').notNull(),
    event: text('event').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [index('dead_letters_by_project').on(table.projectId, table.id)],
)
