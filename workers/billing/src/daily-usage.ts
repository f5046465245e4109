/** The roll-up of usage by day: written by a project's meter, read by lists. */
import { and, desc, eq, gte, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { OperationClass } from './plans.ts'
import { dailyUsage } from './schema.ts'

type Day = { day: string; class: OperationClass; operations: number }

/** Writes whole figures, not differences: a repetition changes nothing. */
export async function writeDays(
  database: D1Database,
  projectId: string,
  days: Day[],
): Promise<void> {
  const db = drizzle(database)
  const { projectId: project, day, class: name } = dailyUsage
  // One row a statement: D1 allows 100 bound parameters in one.
  const [first, ...others] = days.map((each) =>
    db
      .insert(dailyUsage)
      .values({ projectId, ...each })
      .onConflictDoUpdate({
        target: [project, day, name],
        set: { operations: sql`excluded.operations` },
      }),
  )
  if (first) await db.batch([first, ...others])
}

/** The rows of a project since a day, newest first. */
export const readDays = (
  database: D1Database,
  projectId: string,
  since: string,
): Promise<Day[]> => {
  const { day, class: name, operations } = dailyUsage
  return drizzle(database)
    .select({ day, class: name, operations })
    .from(dailyUsage)
    .where(and(eq(dailyUsage.projectId, projectId), gte(day, since)))
    .orderBy(desc(day))
}
