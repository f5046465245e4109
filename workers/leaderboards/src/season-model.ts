/** Seasons and their rewards as clients see them, and how rows become them. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import { Amount, CurrencyCode } from '@coinop/shared/money'
import { BoardId, BoardName, UserId } from './model.ts'
import type { seasonRewards } from './schema.ts'
import { SeasonId } from './score-model.ts'
import type { Winner } from './season-end.ts'
import { isGone, type SeasonRow } from './seasons.ts'

export const seasonParams = z.object({ leaderboardId: BoardName, seasonId: SeasonId })

export const Season = z
  .strictObject({
    id: SeasonId,
    leaderboardId: BoardId,
    number: z.int().min(1),
    status: z.enum(['open', 'paying', 'closed', 'evicted']).openapi({
      description:
        'open until it ends; paying until every reward is paid or refused; closed; evicted once its standing is gone',
    }),
    startsAt: z.iso.datetime(),
    endsAt: z.iso
      .datetime()
      .nullable()
      .openapi({ description: 'null: until it is closed by hand' }),
    closedAt: z.iso.datetime().nullable(),
    total: z.int().min(0).nullable().openapi({ description: 'Players in the final standing' }),
    digest: z.string().nullable().openapi({ description: 'SHA-256 of the final standing' }),
    expiresAt: z.iso.datetime().nullable().openapi({ description: 'When its standing is removed' }),
  })
  .openapi('Season')
export type Season = z.infer<typeof Season>

const timeOf = (milliseconds: number | null) =>
  milliseconds === null ? null : isoTime(milliseconds)

/** A season whose end has passed shows as paying until the sweep has closed it, within a minute. */
function statusOf(row: SeasonRow, at: number): Season['status'] {
  if (isGone(row, at)) return 'evicted'
  if (row.status === 'open') return row.endsAt !== null && row.endsAt <= at ? 'paying' : 'open'
  return row.status === 'closed' ? 'closed' : 'paying'
}

export const toSeason = (row: SeasonRow, at: number): Season => ({
  id: row.id,
  leaderboardId: row.boardId,
  number: row.number,
  status: statusOf(row, at),
  startsAt: isoTime(row.startsAt),
  endsAt: timeOf(row.endsAt),
  closedAt: timeOf(row.closedAt),
  total: row.total,
  digest: row.digest,
  expiresAt: timeOf(row.expiresAt),
})

export const PreviewedReward = z
  .strictObject({
    userId: UserId,
    rank: z.int().min(1),
    currency: CurrencyCode,
    amount: Amount,
  })
  .openapi('PreviewedReward')

export const SeasonReward = PreviewedReward.extend({
  status: z.enum(['pending', 'paid', 'refused']),
  refusal: z.string().nullable().openapi({ description: 'The code of the wallet’s refusal' }),
  paidAt: z.iso.datetime().nullable(),
}).openapi('SeasonReward')

export const toPreviewedReward = ({ userId, rank, currency, amount }: Winner) => ({
  userId,
  rank,
  currency,
  amount,
})

export const toSeasonReward = (row: typeof seasonRewards.$inferSelect) => ({
  userId: row.userId,
  rank: row.rank,
  currency: row.currency,
  amount: row.amount,
  status: row.status,
  refusal: row.refusal,
  paidAt: timeOf(row.paidAt),
})
