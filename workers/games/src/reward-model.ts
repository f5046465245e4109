/** The rewards as clients see them: one a day, and one for work. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import { Amount, amountMax, CurrencyCode } from '@coinop/shared/money'
import { UserId } from './model.ts'
import type { dailyClaims, dailyRewards, workClaims } from './schema.ts'

const Streak = z
  .strictObject({
    bonus: Amount.openapi({ description: 'What each further day in a row adds, in minor units' }),
    daysMax: z.int().min(2).max(365).openapi({ description: 'From this day on it adds no more' }),
  })
  .openapi('DailyRewardStreak')

export const DailyReward = z
  .strictObject({ currency: CurrencyCode, amount: Amount, streak: Streak.optional() })
  .refine(
    ({ amount, streak }) =>
      amount + (streak ? streak.bonus * (streak.daysMax - 1) : 0) <= amountMax,
    {
      path: ['streak'],
      message: 'With it a day could give more than one operation may move.',
    },
  )
  .openapi('DailyReward')
export type DailyReward = z.infer<typeof DailyReward>

export const toDailyReward = (row: typeof dailyRewards.$inferSelect): DailyReward => ({
  currency: row.currency,
  amount: row.amount,
  ...(row.streakBonus !== null &&
    row.streakDaysMax !== null && {
      streak: { bonus: row.streakBonus, daysMax: row.streakDaysMax },
    }),
})

export const WorkReward = z
  .strictObject({
    currency: CurrencyCode,
    amountMin: Amount,
    amountMax: Amount.openapi({
      description: 'Each amount from the smallest to this is as likely',
    }),
    coolDownSeconds: z.int().min(1).max(2_592_000).openapi({ description: 'Until the next time' }),
  })
  .refine((reward) => reward.amountMin <= reward.amountMax, {
    path: ['amountMax'],
    message: 'Less than amountMin.',
  })
  .openapi('WorkReward')
export type WorkReward = z.infer<typeof WorkReward>

export const WorkClaim = z
  .strictObject({
    userId: UserId,
    currency: CurrencyCode,
    amount: Amount,
    nextAt: z.iso.datetime().openapi({ description: 'When the player can work again' }),
  })
  .openapi('WorkClaim')
export type WorkClaim = z.infer<typeof WorkClaim>

export const DailyClaim = z
  .strictObject({
    userId: UserId,
    day: z.iso.date().openapi({ description: 'In UTC' }),
    currency: CurrencyCode,
    amount: Amount,
    streak: z.int().min(1).openapi({ description: 'Days in a row, this one included' }),
    nextAt: z.iso.datetime().openapi({ description: 'When the next day begins' }),
  })
  .openapi('DailyClaim')
export type DailyClaim = z.infer<typeof DailyClaim>

const dayMilliseconds = 86_400_000

/** The day in UTC, as 2026-11-21. */
export const dayOf = (milliseconds: number): string => isoTime(milliseconds).slice(0, 10)
export const dayBefore = (day: string): string => dayOf(Date.parse(day) - dayMilliseconds)

export const toDailyClaim = (row: typeof dailyClaims.$inferSelect): DailyClaim => ({
  userId: row.userId,
  day: row.day,
  currency: row.currency,
  amount: row.amount,
  streak: row.streak,
  nextAt: isoTime(Date.parse(row.day) + dayMilliseconds),
})

export const toWorkClaim = (row: typeof workClaims.$inferSelect): WorkClaim => ({
  userId: row.userId,
  currency: row.currency,
  amount: row.amount,
  nextAt: isoTime(row.nextAt),
})
