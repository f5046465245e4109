/** What the wallet announces. */
import { defineEvents } from '@coinop/shared/events'
import { z } from 'zod'

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
})
