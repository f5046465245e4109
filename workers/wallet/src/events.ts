/** What the wallet announces. */
import { defineEvents } from '@coinop/shared/events'
import { z } from 'zod'

const tradeFacts = z.strictObject({
  tradeId: z.string(),
  initiatorId: z.string(),
  partnerId: z.string(),
  /** Who did it; empty when it followed by itself. */
  userId: z.string(),
  /** Counts the changes of both offers. */
  version: z.int(),
  at: z.iso.datetime(),
})

export const { schemas, eventOf } = defineEvents({
  /** One posting in one wallet. The arrival of a transfer is its `transfer_in`; of a hold the `transferId` is its id. */
  'wallet.entry.posted': z.strictObject({
    walletId: z.string(),
    seq: z.int(),
    transferId: z.string(),
    kind: z.string(),
    currency: z.string(),
    amount: z.int(),
    counterAccount: z.string(),
    counterparty: z.string(),
    balanceAfter: z.int(),
    heldChange: z.int(),
    heldAfter: z.int(),
    hash: z.string(),
  }),
  'wallet.trade.created': tradeFacts,
  'wallet.trade.offered': tradeFacts,
  'wallet.trade.confirmed': tradeFacts,
  'wallet.trade.agreed': tradeFacts,
  /** Both wallets, and the shop where there are items, hold what was offered: from here on it will be completed. */
  'wallet.trade.decided': tradeFacts,
  'wallet.trade.completed': tradeFacts,
  /** What a failed or expired trade held is free again. */
  'wallet.trade.released': tradeFacts,
  'wallet.trade.cancelled': tradeFacts,
  'wallet.trade.expired': tradeFacts,
  'wallet.trade.failed': tradeFacts,
})
