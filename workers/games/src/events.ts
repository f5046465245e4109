/** What the games announce. */
import { defineEvents } from '@coinop/shared/events'
import { z } from 'zod'

export const { schemas, eventOf } = defineEvents({
  /** A round whose stake was taken and whose payout was paid. Refused rounds are not announced. */
  'games.round.finished': z.strictObject({
    roundId: z.string(),
    userId: z.string(),
    gameId: z.string(),
    gameVersion: z.int(),
    currency: z.string(),
    bet: z.int(),
    /** The bet, twice after doubling. */
    staked: z.int(),
    payout: z.int(),
    won: z.boolean(),
    sessionId: z.string(),
    nonce: z.int(),
  }),
  /** The one score of a play of a customer's own game. */
  'games.skill_session.submitted': z.strictObject({
    skillSessionId: z.string(),
    userId: z.string(),
    game: z.string(),
    score: z.int(),
    /** Who vouches for the score. */
    submitter: z.enum(['player', 'server']),
  }),
})
