/** What the tests of leaderboards begin with. */
import { env } from 'cloudflare:workers'
import { now } from '@coinop/shared/clock'
import { testProject } from '@coinop/shared/testing'
import { drizzle } from 'drizzle-orm/d1'
import { findLeaderboard, insertLeaderboard } from './leaderboards.ts'

const bindings = env as unknown as LeaderboardsEnv

export const uniqueKey = () => ({ 'idempotency-key': crypto.randomUUID() })

/** Makes one, with nothing but its name given, and answers the name. */
export async function makeLeaderboard(name = `n${crypto.randomUUID()}`, projectId = testProject) {
  const row = { projectId, name, note: 'a note', uses: 0, version: 1, createdAt: now() }
  await insertLeaderboard(drizzle(bindings.LEADERBOARDS_DB), row, [])
  return name
}

/** What is stored under a name; undefined when nothing is. */
export const storedLeaderboard = (name: string) =>
  findLeaderboard(drizzle(bindings.LEADERBOARDS_DB), { projectId: testProject, name })
