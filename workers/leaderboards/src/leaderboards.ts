/** Finding and making leaderboards; a route adds its stored answer to the batch that makes one. */
import { isUniqueViolation } from '@coinop/shared/d1'
import type { Statement } from '@coinop/shared/idempotency'
import { announce } from '@coinop/shared/outbox'
import { and, eq } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { eventOf } from './events.ts'
import { problem } from './problems.ts'
import { leaderboards } from './schema.ts'

export type LeaderboardRow = typeof leaderboards.$inferSelect
export type LeaderboardKey = Pick<LeaderboardRow, 'projectId' | 'name'>

/** The condition that names one row. */
export const isLeaderboard = ({ projectId, name }: LeaderboardKey) =>
  and(eq(leaderboards.projectId, projectId), eq(leaderboards.name, name))

export async function findLeaderboard(
  db: DrizzleD1Database,
  key: LeaderboardKey,
): Promise<LeaderboardRow | undefined> {
  const [row] = await db.select().from(leaderboards).where(isLeaderboard(key))
  return row
}

/** Writes the row and `record` together; throws `leaderboard_exists` when the name is taken. */
export async function insertLeaderboard(
  db: DrizzleD1Database,
  row: LeaderboardRow,
  record: Statement[],
): Promise<void> {
  try {
    await db.batch([db.insert(leaderboards).values(row), ...announcementOf(db, row), ...record])
  } catch (error) {
    throw isUniqueViolation(error, 'leaderboards') ? problem('leaderboard_exists') : error
  }
}

const announcementOf = (db: DrizzleD1Database, row: LeaderboardRow) => {
  const { projectId, name, note, createdAt } = row
  const fact = { subject: name, data: { name, note }, at: createdAt }
  return [announce(db, projectId, eventOf('leaderboards.leaderboard.created', fact))]
}
