/** Plays of a customer's own game, as clients see them. */
import { z } from '@hono/zod-openapi'
import { isoTime, now } from '@coinop/shared/clock'
import { IdOf } from '@coinop/shared/ids'
import { GameId, UserId } from './model.ts'
import type { skillSessions } from './schema.ts'

export const SkillSessionId = IdOf('skl')
/** Longest time between the start and the score, in seconds. */
export const skillSecondsMax = 86_400
export const SkillSession = z
  .strictObject({
    id: SkillSessionId,
    userId: UserId,
    game: GameId.openapi({ description: 'A name of your own' }),
    submitter: z.enum(['player', 'server']),
    status: z.enum(['open', 'submitted', 'expired']),
    score: z.int().nullable(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    submittedAt: z.iso.datetime().nullable(),
  })
  .openapi('SkillSession')
export type SkillSession = z.infer<typeof SkillSession>

export function toSkillSession(row: typeof skillSessions.$inferSelect): SkillSession {
  const { id, userId, game, submitter, score, submittedAt } = row
  const unsubmitted = row.expiresAt <= now() ? 'expired' : 'open'
  return {
    id,
    userId,
    game,
    submitter,
    status: submittedAt === null ? unsubmitted : 'submitted',
    score,
    createdAt: isoTime(row.createdAt),
    expiresAt: isoTime(row.expiresAt),
    submittedAt: submittedAt === null ? null : isoTime(submittedAt),
  }
}
