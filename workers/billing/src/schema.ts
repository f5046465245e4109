/** The tables of BILLING_DB: what must be listed. What decides lives in `MeterObject`. */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { operationClasses } from './plans.ts'

/** Operations per day in UTC and class, as the project's meter last wrote them. */
export const dailyUsage = sqliteTable(
  'daily_usage',
  {
    projectId: text('project_id').notNull(),
    day: text('day').notNull(),
    class: text('class', { enum: operationClasses }).notNull(),
    operations: integer('operations').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.day, table.class] })],
)
