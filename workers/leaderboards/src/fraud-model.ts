/** Fraud rules and reviews as clients see them. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import { IdOf } from '@coinop/shared/ids'
import { Text } from '@coinop/shared/text'
import { boardParams, Score, UserId } from './model.ts'
import { playSecondsMax } from './play-model.ts'
import { SeasonId } from './score-model.ts'
import { SeasonQuery } from './standings.ts'
import type { Review as ReviewRow } from './review-rows.ts'
import type { StoredFraudRule } from './schema.ts'

export const FraudRuleId = IdOf('frl')
export const fraudRuleParams = boardParams.extend({ ruleId: FraudRuleId })
export const ReviewId = IdOf('rvw')
export const reviewParams = boardParams.extend({ reviewId: ReviewId })

/** Of a board: each score is tried on all of them. */
export const fraudRulesMax = 20
const entriesLeast = 10

const change_above = z.strictObject({
  kind: z.literal('change_above'),
  change: Score.min(0).openapi({ description: 'Of the standing score, by one submission' }),
})
const interval_below = z.strictObject({
  kind: z.literal('interval_below'),
  seconds: z.number().min(0.001).max(3_600),
})
const score_outside = z
  .strictObject({ kind: z.literal('score_outside'), min: Score, max: Score })
  .refine(({ min, max }) => min <= max, { message: 'The range is empty.' })
const submissions_above = z.strictObject({
  kind: z.literal('submissions_above'),
  perHour: z.int().min(1).max(100_000),
})
const z_score_above = z.strictObject({
  kind: z.literal('z_score_above'),
  zScore: z.number().min(0.1).max(1_000).openapi({
    description: 'How far ahead of the median, in median absolute deviations, scaled as a z-score',
  }),
  entriesMin: z.int().min(entriesLeast).max(1_000_000).openapi({
    description: 'On boards with fewer entries the rule says nothing',
  }),
})
const play_session_missing = z.strictObject({
  kind: z.literal('play_session_missing'),
  secondsMin: z.number().min(0).max(playSecondsMax).default(0).openapi({
    description: 'Sooner than this after its play session was started a score is hit all the same',
  }),
})
export const FraudCondition = z
  .union([
    change_above,
    interval_below,
    score_outside,
    submissions_above,
    z_score_above,
    play_session_missing,
  ])
  .openapi('FraudCondition')

const fields = {
  name: Text(100).min(1),
  condition: FraudCondition,
  action: z.enum(['accept', 'flag', 'quarantine', 'reject']).openapi({
    description: 'accept: no rule behind this one is tried',
  }),
  shadow: z
    .boolean()
    .openapi({ description: 'What it hits is recorded, and nothing else happens' }),
  priority: z.int().min(0).max(1_000).openapi({ description: 'Smaller is tried first' }),
}
export const FraudRule = z
  .strictObject({ id: FraudRuleId, ...fields, createdAt: z.iso.datetime() })
  .openapi('FraudRule')
export type FraudRule = z.infer<typeof FraudRule>
export const NewFraudRule = z
  .strictObject({
    ...fields,
    shadow: fields.shadow.default(true),
    priority: fields.priority.default(100),
  })
  .openapi('NewFraudRule')
export type NewFraudRule = z.infer<typeof NewFraudRule>
export const FraudRulePatch = z.strictObject(fields).partial().openapi('FraudRulePatch')
export type FraudRulePatch = z.infer<typeof FraudRulePatch>

/** Most changes that one request looks at. */
export const backtestChangesMax = 10_000
const examplesMax = 100
export const BacktestQuery = SeasonQuery.extend({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(backtestChangesMax)
    .default(backtestChangesMax)
    .openapi({
      description: 'Most changes to look at; the next ones are behind `nextCursor`',
    }),
  cursor: z.string().max(1024).optional(),
})
export const NewFraudBacktest = z
  .strictObject({
    rules: z
      .array(z.strictObject({ ...NewFraudRule.shape, shadow: fields.shadow.default(false) }))
      .min(1)
      .max(fraudRulesMax)
      .openapi({ description: 'Tried together, as rules of a leaderboard are' }),
    from: z.iso.datetime().optional().openapi({ description: 'Submissions from then on' }),
    to: z.iso.datetime().optional().openapi({ description: 'Submissions before then' }),
    examplesMax: z.int().min(0).max(examplesMax).default(20),
  })
  .openapi('NewFraudBacktest')
export type NewFraudBacktest = z.infer<typeof NewFraudBacktest>

const Count = z.int().min(0)
const RuleNumber = z.int().min(0).openapi({ description: 'Which of `rules`, from 0' })
const At = z.iso.datetime()
export const FraudBacktest = z
  .strictObject({
    seasonId: SeasonId,
    from: At.nullable().openapi({ description: 'When the first change was made that was read' }),
    to: At.nullable().openapi({ description: 'And the last one' }),
    keptFrom: At.nullable().openapi({
      description:
        'When the oldest change was made that is kept: of what was before it nothing is known',
    }),
    changes: Count.openapi({ description: 'Changes that were read' }),
    submissions: Count.openapi({
      description: 'Those of them that were judged. What was rejected then is not among them.',
    }),
    assumed: Count.openapi({
      description: 'Submissions whose distance from the median was taken from the standing of now',
    }),
    accepted: Count.openapi({ description: 'By a rule whose action is accept' }),
    flagged: Count,
    quarantined: Count,
    rejected: Count,
    rules: z.array(z.strictObject({ rule: RuleNumber, name: z.string(), hits: Count })),
    examples: z
      .array(
        z.strictObject({
          userId: UserId,
          score: z.number().openapi({ description: 'What was submitted' }),
          at: At,
          rule: RuleNumber,
          reason: z.string(),
        }),
      )
      .openapi({ description: 'The first hits, oldest first' }),
    nextCursor: z.string().nullable().openapi({ description: 'Where the same trial goes on' }),
  })
  .openapi('FraudBacktest')
export type FraudBacktest = z.infer<typeof FraudBacktest>

export const toFraudRule = (rule: StoredFraudRule): FraudRule => ({
  id: rule.id,
  name: rule.name,
  condition: rule.condition,
  action: rule.action,
  shadow: rule.shadow,
  priority: rule.priority,
  createdAt: isoTime(rule.createdAt),
})

export const ReviewStatus = z.enum(['open', 'shadow', 'rejected', 'confirmed', 'restored'])
export const Review = z
  .strictObject({
    id: ReviewId,
    userId: UserId,
    ruleId: FraudRuleId,
    action: fields.action,
    status: ReviewStatus.openapi({
      description: 'shadow and rejected have changed nothing, and need no decision',
    }),
    reason: z.string().openapi({ description: 'Of the newest hit' }),
    score: z.number().openapi({ description: 'What was submitted with the newest hit' }),
    hits: z.int().min(1),
    firstAt: z.iso.datetime(),
    lastAt: z.iso.datetime(),
    decidedAt: z.iso.datetime().nullable(),
  })
  .openapi('LeaderboardReview')
export type Review = z.infer<typeof Review>

export const toReview = (row: ReviewRow): Review => ({
  id: row.id,
  userId: row.userId,
  ruleId: row.ruleId,
  action: row.action,
  status: row.status,
  reason: row.reason,
  score: row.submitted[0]!,
  hits: row.hits,
  firstAt: isoTime(row.firstAt),
  lastAt: isoTime(row.lastAt),
  decidedAt: row.decidedAt === null ? null : isoTime(row.decidedAt),
})
