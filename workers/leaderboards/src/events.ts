/** What this Worker announces. */
import { defineEvents } from '@coinop/shared/events'
import { z } from 'zod'

export const { schemas, eventOf } = defineEvents({
  'leaderboards.leaderboard.created': z.strictObject({ name: z.string(), note: z.string() }),
  /** A submission that was accepted, and what stands now; nothing of an entry in quarantine until it is restored. */
  'leaderboards.score.updated': z.strictObject({
    boardId: z.string(),
    seasonId: z.string(),
    userId: z.string(),
    score: z.number(),
    previousScore: z.number().nullable(),
    rank: z.int(),
    previousRank: z.int().nullable(),
    applied: z.boolean(),
    attempts: z.int(),
    sequence: z.int(),
  }),
})
