/** Trades as clients see them, and how a trade's record becomes them. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import { IdOf } from '@coinop/shared/ids'
import { Amount, CurrencyCode } from '@coinop/shared/money'
import { Pieces } from '@coinop/shop/item-parts'
import { WalletId } from './model.ts'
import type { TradeCopy } from './trade-projection.ts'
import {
  digestOf,
  offerCurrenciesMax,
  offerItemsMax,
  statusAt,
  type Trade as TradeRecord,
  tradeSecondsDefault,
  tradeSecondsMax,
  tradeSecondsMin,
  tradeStatuses,
  tradeSteps,
} from './trade-rules.ts'
import type { HistoryRow } from './trade-storage.ts'

export const TradeId = IdOf('trd')

export const TradeOffer = z
  .strictObject({
    currencies: z
      .array(z.strictObject({ currency: CurrencyCode, amount: Amount }))
      .max(offerCurrenciesMax)
      .refine(
        (parts) => new Set(parts.map(({ currency }) => currency)).size === parts.length,
        'Name each currency once.',
      ),
    items: z
      .array(Pieces)
      .max(offerItemsMax)
      .refine(
        (parts) => new Set(parts.map(({ itemId }) => itemId)).size === parts.length,
        'Name each item once.',
      )
      .optional()
      .openapi({ description: 'Pieces from the inventory of this side; absent: none' }),
  })
  .openapi('TradeOffer', { description: 'All of it, or nothing' })

const ActingUser = WalletId.optional().openapi({ description: 'Required with an API key' })
/** Of the operations without a body. */
export const ActingUserQuery = z.strictObject({ userId: ActingUser })

export const NewTrade = z
  .strictObject({
    userId: ActingUser,
    partnerId: WalletId.openapi({ example: 'usr_01k9x6c3v5t8r2m4n7p0q1s2w4' }),
    offer: TradeOffer.optional().openapi({ description: 'Can be set later, too' }),
    expiresInSeconds: z
      .int()
      .min(tradeSecondsMin)
      .max(tradeSecondsMax)
      .default(tradeSecondsDefault),
  })
  .openapi('NewTrade')
export const NewTradeOffer = z
  .strictObject({ userId: ActingUser, offer: TradeOffer })
  .openapi('NewTradeOffer')
export const TradeConfirmation = z
  .strictObject({
    userId: ActingUser,
    digest: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'Expected 64 hexadecimal digits.')
      .openapi({ description: 'Of the trade as it was shown: a later change refuses it' }),
  })
  .openapi('TradeConfirmation')

const TradeStatus = z.enum(tradeStatuses).openapi({
  description:
    'settling: both have confirmed, the wallets and the shop are being asked. Nothing changes hands unless it becomes completed.',
})
const TradeParty = z
  .strictObject({ userId: WalletId, offer: TradeOffer, confirmed: z.boolean() })
  .openapi('TradeParty')

export const Trade = z
  .strictObject({
    id: TradeId,
    status: TradeStatus,
    initiator: TradeParty,
    partner: TradeParty,
    version: z.int().min(0).openapi({ description: 'Counts the changes of both offers' }),
    digest: z.string().openapi({ description: 'SHA-256 over both offers; both sides confirm it' }),
    failure: z
      .strictObject({ userId: WalletId.nullable(), code: z.string() })
      .nullable()
      .openapi({ description: 'Whose wallet or inventory refused and why; null unless it failed' }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().openapi({ description: 'Undecided at this time, it is off' }),
    endedAt: z.iso.datetime().nullable(),
  })
  .openapi('Trade')
export type Trade = z.infer<typeof Trade>

export function toTrade(trade: TradeRecord, at: number): Trade {
  const party = ({ userId, offer, isConfirmed: confirmed }: TradeRecord['initiator']) => ({
    userId,
    offer,
    confirmed,
  })
  const status = statusAt(trade, at)
  const endedAt = status === 'expired' ? trade.expiresAt : trade.endedAt
  return {
    id: trade.id,
    status,
    initiator: party(trade.initiator),
    partner: party(trade.partner),
    version: trade.version,
    digest: digestOf(trade),
    failure: trade.failure && { ...trade.failure, userId: trade.failure.userId || null },
    createdAt: isoTime(trade.createdAt),
    expiresAt: isoTime(trade.expiresAt),
    endedAt: endedAt === 0 ? null : isoTime(endedAt),
  }
}

export const TradeSummary = z
  .strictObject({
    id: TradeId,
    status: TradeStatus,
    partnerId: WalletId.openapi({ description: 'The other one' }),
    initiated: z.boolean().openapi({ description: 'Whether this player began it' }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .openapi('TradeSummary')
export type TradeSummary = z.infer<typeof TradeSummary>

export const toTradeSummary = (row: TradeCopy): TradeSummary => ({
  id: row.tradeId,
  status: row.status,
  partnerId: row.partnerId,
  initiated: row.isInitiator,
  createdAt: isoTime(row.createdAt),
  expiresAt: isoTime(row.expiresAt),
})

export const TradeStep = z
  .strictObject({
    sequence: z.int().min(1),
    step: z.enum(tradeSteps),
    userId: WalletId.nullable().openapi({
      description: 'Whose step; null if it followed by itself',
    }),
    actor: z
      .enum(['player', 'secret', 'system'])
      .openapi({ description: 'The player, a secret key for them, or the trade itself' }),
    version: z.int().min(0),
    offer: TradeOffer.optional(),
    digest: z.string().optional(),
    failure: z.strictObject({ userId: z.string(), code: z.string() }).optional(),
    at: z.iso.datetime(),
  })
  .openapi('TradeStep')
export type TradeStep = z.infer<typeof TradeStep>

export const toTradeStep = ({
  seq,
  step,
  userId,
  actor,
  version,
  detail,
  at,
}: HistoryRow): TradeStep => ({
  sequence: seq,
  step,
  userId: userId || null,
  // Not which key: that is no business of the players.
  actor: actor.split(':')[0] as TradeStep['actor'],
  version,
  ...(JSON.parse(detail) as Pick<TradeStep, 'offer' | 'digest' | 'failure'>),
  at: isoTime(at),
})
