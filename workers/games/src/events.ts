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
})
