/** What this Worker announces. */
import { defineEvents } from '@coinop/shared/events'
import { z } from 'zod'

export const { schemas, eventOf } = defineEvents({
  'leaderboards.leaderboard.created': z.strictObject({ name: z.string(), note: z.string() }),
})
