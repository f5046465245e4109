/** Play sessions as clients see them: as a skill session of `games`, for a score of a leaderboard. */
import { z } from '@hono/zod-openapi'
import { isoTime, now } from '@coinop/shared/clock'
import { IdOf } from '@coinop/shared/ids'
import type { Play } from './board-commands.ts'
import { BoardId, boardParams, UserId } from './model.ts'
import { SeasonId } from './score-model.ts'

export const PlaySessionId = IdOf('pls')
export const playParams = boardParams.extend({ playSessionId: PlaySessionId })
/** Longest time between the start and the score, in seconds. */
export const playSecondsMax = 86_400

export const NewPlaySession = z
  .strictObject({
    expiresInSeconds: z.int().min(1).max(playSecondsMax).default(3_600),
    userId: UserId.optional().openapi({ description: 'Required unless a player asks' }),
  })
  .openapi('NewPlaySession')

export const PlaySession = z
  .strictObject({
    id: PlaySessionId,
    leaderboardId: BoardId,
    seasonId: SeasonId.openapi({
      description: 'In which it was started, or its score was submitted',
    }),
    userId: UserId,
    status: z.enum(['open', 'submitted', 'expired']),
    score: z.number().nullable().openapi({ description: 'What was submitted' }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    submittedAt: z.iso.datetime().nullable(),
  })
  .openapi('PlaySession')
export type PlaySession = z.infer<typeof PlaySession>

export const StartedPlaySession = z
  .strictObject({
    ...PlaySession.shape,
    token: z
      .string()
      .openapi({ description: 'For `playSession` of one score of this user on this leaderboard' }),
  })
  .openapi('StartedPlaySession')

export function toPlaySession(
  { leaderboardId, seasonId }: { leaderboardId: string; seasonId: string },
  play: Play,
): PlaySession {
  const { id, userId, score, submittedAt } = play
  const unsubmitted = play.expiresAt <= now() ? 'expired' : 'open'
  return {
    id,
    leaderboardId,
    seasonId,
    userId,
    status: submittedAt === null ? unsubmitted : 'submitted',
    score,
    createdAt: isoTime(play.createdAt),
    expiresAt: isoTime(play.expiresAt),
    submittedAt: submittedAt === null ? null : isoTime(submittedAt),
  }
}
