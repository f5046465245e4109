/** The nouns of this Worker, as clients see them, and how rows become them. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import type { leaderboards } from './schema.ts'

export const LeaderboardName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'Expected 1 to 64 characters: a-z, 0-9 and -.')
  .openapi({ example: 'first-one' })

export const NewLeaderboard = z
  .strictObject({ name: LeaderboardName, note: z.string().max(500).default('') })
  .openapi('NewLeaderboard')
export type NewLeaderboard = z.infer<typeof NewLeaderboard>

export const Leaderboard = z
  .strictObject({
    name: LeaderboardName,
    note: z.string(),
    uses: z.int().min(0).openapi({ description: 'How often it was used' }),
    createdAt: z.iso.datetime(),
  })
  .openapi('Leaderboard')
export type Leaderboard = z.infer<typeof Leaderboard>

export const toLeaderboard = ({
  name,
  note,
  uses,
  createdAt,
}: typeof leaderboards.$inferSelect): Leaderboard => ({
  name,
  note,
  uses,
  createdAt: isoTime(createdAt),
})
