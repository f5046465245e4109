/** Finding and making sample things; a route adds its stored answer to the batch that makes one. */
import { isUniqueViolation } from '@coinop/shared/d1'
import type { Statement } from '@coinop/shared/idempotency'
import { announce } from '@coinop/shared/outbox'
import { and, eq } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { eventOf } from './events.ts'
import { problem } from './problems.ts'
import { sampleThings } from './schema.ts'

export type SampleThingRow = typeof sampleThings.$inferSelect
export type SampleThingKey = Pick<SampleThingRow, 'projectId' | 'name'>

/** The condition that names one row. */
export const isSampleThing = ({ projectId, name }: SampleThingKey) =>
  and(eq(sampleThings.projectId, projectId), eq(sampleThings.name, name))

export async function findSampleThing(
  db: DrizzleD1Database,
  key: SampleThingKey,
): Promise<SampleThingRow | undefined> {
  const [row] = await db.select().from(sampleThings).where(isSampleThing(key))
  return row
}

/** Writes the row and `record` together; throws `sample_thing_exists` when the name is taken. */
export async function insertSampleThing(
  db: DrizzleD1Database,
  row: SampleThingRow,
  record: Statement[],
): Promise<void> {
  try {
    await db.batch([db.insert(sampleThings).values(row), ...announcementOf(db, row), ...record])
  } catch (error) {
    throw isUniqueViolation(error, 'sample_things') ? problem('sample_thing_exists') : error
  }
}

const announcementOf = (db: DrizzleD1Database, row: SampleThingRow) => {
  const { projectId, name, note, createdAt } = row
  const fact = { subject: name, data: { name, note }, at: createdAt }
  return [announce(db, projectId, eventOf('template.sample_thing.created', fact))]
}
