/** Changing sample things: no change is lost when two come at once. */
import type { Statement } from '@coinop/shared/idempotency'
import { sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { type SampleThing, toSampleThing } from './model.ts'
import {
  findSampleThing,
  isSampleThing,
  type SampleThingKey,
  type SampleThingRow,
} from './sample-things.ts'
import { sampleThings } from './schema.ts'

type Change = {
  /** The columns that change, out of the row as it is. */
  decide: (row: SampleThingRow) => Partial<Pick<SampleThingRow, 'note' | 'uses'>>
  /** What stores the answer, in the same batch. */
  recordOf: (answer: SampleThing) => Promise<Statement[]>
}

/** Each attempt that fails is another's that succeeded. */
const attemptsMax = 20

/** The sample thing after the change; undefined when there is none. */
export async function changeSampleThing(
  db: DrizzleD1Database,
  key: SampleThingKey,
  { decide, recordOf }: Change,
): Promise<SampleThing | undefined> {
  for (let attempt = 1; ; attempt++) {
    const row = await findSampleThing(db, key)
    if (!row) return undefined
    const changes = decide(row)
    const answer = toSampleThing({ ...row, ...changes })
    // Null where another change came first, which the table refuses, and with it the whole batch.
    const version = sql`CASE WHEN ${sampleThings.version} = ${row.version} THEN ${row.version + 1} END`
    const update = db
      .update(sampleThings)
      .set({ ...changes, version })
      .where(isSampleThing(key))
    try {
      await db.batch([update, ...(await recordOf(answer))])
      return answer
    } catch (error) {
      if (attempt === attemptsMax || !isVersionMoved(error)) throw error
    }
  }
}

function isVersionMoved(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current.message.includes('NOT NULL constraint failed: sample_things.version')) return true
  }
  return false
}
