/** Leaderboards as clients see them, and how rows become them. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import { IdOf, idPattern } from '@coinop/shared/ids'
import { Amount, CurrencyCode } from '@coinop/shared/money'
import { Text } from '@coinop/shared/text'
import { boards } from './schema.ts'

export const BoardId = IdOf('brd')
export const UserId = IdOf('usr')
export const Slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'Expected 1 to 64 characters: a-z, 0-9 and -.')
  .openapi({ example: 'weekly-wins' })
/** An id, or in the caller's own project a slug: these never look alike, for a slug has no underscore. */
export const BoardName = z
  .string()
  .max(64)
  .refine((text) => idPattern('brd').test(text) || Slug.safeParse(text).success, {
    message: 'Expected the id or the slug of a leaderboard.',
  })
  .openapi({ example: 'weekly-wins' })
export const GameId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'Expected the id of a game.')
  .openapi({ example: 'dice' })
export const boardParams = z.object({ leaderboardId: BoardName })

/** Scores are decimals: of larger ones two that differ by 1 would be the same number. */
export const Score = z
  .number()
  .min(-Number.MAX_SAFE_INTEGER)
  .max(Number.MAX_SAFE_INTEGER)
  .openapi({ example: 1250.5 })
export const keysMax = 3

const SortKey = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-zA-Z0-9]{0,31}$/, 'Expected 1 to 32 letters and digits, a small one first.')
      .openapi({ example: 'score' }),
    sort: z.enum(['desc', 'asc']).openapi({ description: 'desc: the largest is first' }),
  })
  .openapi('SortKey')

export const Operator = z.enum(['best', 'latest', 'increment', 'decrement', 'first'])
export const TiePolicy = z.enum([
  'first_to_reach',
  'last_to_reach',
  'shared_competition',
  'shared_dense',
])

/** With percentiles a season may have any number of winners; with ranks this many a rule. */
export const rewardedRankMax = 10_000
const Rank = z.int().min(1).max(rewardedRankMax)
const RankReward = z.strictObject({
  fromRank: Rank,
  toRank: Rank,
  currency: CurrencyCode,
  amount: Amount,
})
const Percentile = z.number().min(0).max(100)
const PercentileReward = z.strictObject({
  fromPercentile: Percentile,
  toPercentile: Percentile,
  currency: CurrencyCode,
  amount: Amount,
})
const rewardRulesMax = 20
const Reward = z
  .union([RankReward, PercentileReward])
  .refine(
    (rule) =>
      'fromRank' in rule ? rule.fromRank <= rule.toRank : rule.fromPercentile < rule.toPercentile,
    { message: 'The range is empty.' },
  )
  .openapi('LeaderboardReward')

const ScheduleFields = z
  .strictObject({
    cron: z.string().max(100).openapi({
      description: 'When a season begins: minute, hour, day, month, weekday',
      example: '0 0 * * 1',
    }),
    timeZone: z.string().max(64).openapi({ example: 'Europe/Berlin' }),
  })
  .openapi('LeaderboardSchedule')

const keptDaysMax = 3_650
const Bound = Score.nullable()
/** What decides who is before whom. Locked from the first score on. */
const order = {
  keys: z.array(SortKey).min(1).max(keysMax).openapi({
    description: 'The score, then up to two keys that decide between equal scores',
  }),
  tiePolicy: TiePolicy,
}
const changeable = {
  slug: Slug,
  name: Text(100).min(1),
  operator: Operator,
  scoreMin: Bound,
  scoreMax: Bound,
  attemptsMax: z.int().min(1).max(1_000_000).nullable(),
  authoritative: z.boolean().openapi({ description: 'Only a server may write scores' }),
  public: z.boolean().openapi({ description: 'Standings are for everybody, without a credential' }),
  schedule: ScheduleFields.nullable(),
  seasonsKeptDays: z.int().min(1).max(keptDaysMax).nullable(),
  rewards: z.array(Reward).max(rewardRulesMax).openapi({
    description: 'What ranks get when a season ends; of those that fit the first one',
  }),
  gameId: GameId.nullable(),
}

export const Leaderboard = z
  .strictObject({
    id: BoardId,
    ...changeable,
    ...order,
    locked: z.boolean().openapi({ description: 'Keys and tie policy can no longer be changed' }),
    version: z.int().min(1),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('Leaderboard')
export type Leaderboard = z.infer<typeof Leaderboard>

export const NewLeaderboard = z
  .strictObject({
    slug: changeable.slug,
    name: changeable.name,
    keys: order.keys.default([{ name: 'score', sort: 'desc' }]),
    tiePolicy: order.tiePolicy.default('first_to_reach'),
    operator: changeable.operator.default('best'),
    scoreMin: changeable.scoreMin.default(null),
    scoreMax: changeable.scoreMax.default(null),
    attemptsMax: changeable.attemptsMax.default(null),
    authoritative: changeable.authoritative.default(true),
    public: changeable.public.default(false),
    schedule: changeable.schedule.default(null),
    seasonsKeptDays: changeable.seasonsKeptDays.default(null),
    rewards: changeable.rewards.default([]),
    gameId: changeable.gameId.default(null),
  })
  .openapi('NewLeaderboard')
export type NewLeaderboard = z.infer<typeof NewLeaderboard>

export const LeaderboardPatch = z
  .strictObject({ ...changeable, ...order })
  .partial()
  .openapi('LeaderboardPatch')
export type LeaderboardPatch = z.infer<typeof LeaderboardPatch>

export type BoardRow = typeof boards.$inferSelect

export const toLeaderboard = (row: BoardRow): Leaderboard => ({
  id: row.id,
  slug: row.slug,
  name: row.name,
  operator: row.operator,
  scoreMin: row.scoreMin,
  scoreMax: row.scoreMax,
  attemptsMax: row.attemptsMax,
  authoritative: row.authoritative,
  public: row.public,
  schedule: scheduleOf(row),
  seasonsKeptDays: row.seasonsKeptDays,
  rewards: row.rewards,
  gameId: row.gameId,
  keys: row.keys,
  tiePolicy: row.tiePolicy,
  locked: row.lockedAt !== null,
  version: row.version,
  createdAt: isoTime(row.createdAt),
  updatedAt: isoTime(row.updatedAt),
})

export const scheduleOf = ({ cron, timeZone }: Pick<BoardRow, 'cron' | 'timeZone'>) =>
  cron === null || timeZone === null ? null : { cron, timeZone }
