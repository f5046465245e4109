/** The tables of LEADERBOARDS_DB. */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export { idempotency } from '@coinop/shared/idempotency'
export { outbox } from '@coinop/shared/outbox'

export const leaderboards = sqliteTable(
  'leaderboards',
  {
    projectId: text('project_id').notNull(),
    name: text('name').notNull(),
    note: text('note').notNull(),
    uses: integer('uses').notNull(),
    /** Counts changes, so that one never overwrites another unseen. */
    version: integer('version').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.name] })],
)
