/** Sessions of customers' own games as they are stored. */
import type { Caller } from '@coinop/shared/caller'
import { and, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { problem } from './problems.ts'
import { skillSessions } from './schema.ts'

export const isSkillSession = (projectId: string, id: string) =>
  and(eq(skillSessions.projectId, projectId), eq(skillSessions.id, id))

/** The session, if the caller may know of it; throws `not_found`. */
export async function findSkillSession(
  env: GamesEnv,
  { kind, actorId, projectId }: Caller,
  id: string,
): Promise<typeof skillSessions.$inferSelect> {
  const [row] = await drizzle(env.GAMES_DB)
    .select()
    .from(skillSessions)
    .where(isSkillSession(projectId, id))
  if (!row || (kind === 'player' && row.userId !== actorId)) throw problem('not_found')
  return row
}
