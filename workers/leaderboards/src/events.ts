/** What this Worker announces: boards and seasons through its outbox, scores through the journal of their object. */
import { defineEvents } from '@coinop/shared/events'
import { z } from 'zod'

const definition = z.strictObject({ boardId: z.string(), slug: z.string(), version: z.int() })

export const { schemas, eventOf } = defineEvents({
  'leaderboards.board.created': definition,
  'leaderboards.board.updated': definition,
  'leaderboards.board.deleted': definition,
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
  /** The standing is final: `total` players, and the SHA-256 of who stands where. */
  'leaderboards.season.closed': z.strictObject({
    boardId: z.string(),
    seasonId: z.string(),
    number: z.int(),
    total: z.int(),
    digest: z.string(),
  }),
  'leaderboards.reward.paid': z.strictObject({
    boardId: z.string(),
    seasonId: z.string(),
    userId: z.string(),
    rank: z.int(),
    currency: z.string(),
    amount: z.int(),
  }),
})
