/** The nouns of this Worker, as clients see them, and how rows become them. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import { IdOf } from '@coinop/shared/ids'
import { Amount, Balance, CurrencyCode } from '@coinop/shared/money'
import { Text } from '@coinop/shared/text'
import type { EntryRow } from './ledger-rules.ts'

/** A wallet is addressed by its holder's id. */
export const WalletId = IdOf('usr')
export const Memo = Text(200).openapi({ example: 'for the sword' })

export const WalletBalance = z
  .strictObject({
    walletId: WalletId,
    balances: z.array(
      z.strictObject({
        currency: CurrencyCode,
        posted: Balance,
        held: Balance,
        available: Balance.openapi({ description: 'posted - held, never below 0' }),
      }),
    ),
  })
  .openapi('WalletBalance')
export type WalletBalance = z.infer<typeof WalletBalance>

export const Entry = z
  .strictObject({
    id: z.string().openapi({ example: 'usr_01k9x6c3v5t8r2m4n7p0q1s2w3/17' }),
    sequence: z.int().min(1).openapi({ description: 'Counts 1, 2, 3 … in the wallet, no gaps' }),
    walletId: WalletId,
    transferId: z.string(),
    kind: z.enum([
      'deposit',
      'charge',
      'stake',
      'payout',
      'reward',
      'transfer_out',
      'transfer_in',
      'transfer_refund',
    ]),
    currency: CurrencyCode,
    amount: z.int().openapi({ description: 'Minor units; negative when it left the wallet' }),
    counterAccount: z.string().openapi({ description: 'The system account on the other side' }),
    counterparty: z.string().nullable().openapi({ description: 'The other wallet of a transfer' }),
    balanceAfter: Balance,
    memo: z.string(),
    at: z.iso.datetime(),
    hash: z.string().openapi({ description: 'SHA-256 over the previous hash and this entry' }),
  })
  .openapi('Entry')
export type Entry = z.infer<typeof Entry>

export function toEntry(walletId: string, row: EntryRow): Entry {
  const { seq, transferId, kind, currency, amount, counterAccount, counterparty } = row
  return {
    id: `${walletId}/${seq}`,
    sequence: seq,
    walletId,
    transferId,
    kind,
    currency,
    amount,
    counterAccount,
    counterparty: counterparty === '' ? null : counterparty,
    balanceAfter: row.balanceAfter,
    memo: row.memo,
    at: isoTime(row.at),
    hash: row.hash,
  }
}

export const NewDeposit = z
  .strictObject({ currency: CurrencyCode, amount: Amount, reason: Memo.min(1) })
  .openapi('NewDeposit')

export const NewTransfer = z
  .strictObject({
    from: WalletId.optional().openapi({ description: 'Required unless a player asks' }),
    to: WalletId.openapi({ example: 'usr_01k9x6c3v5t8r2m4n7p0q1s2w4' }),
    currency: CurrencyCode,
    amount: Amount,
    memo: Memo.optional(),
  })
  .openapi('NewTransfer')

export const Transfer = z
  .strictObject({
    id: IdOf('trf'),
    status: z.enum(['completed', 'pending']).openapi({
      description:
        'pending: the amount has left the sender and will arrive or come back; ask again with the same key',
    }),
    from: WalletId,
    to: WalletId,
    currency: CurrencyCode,
    amount: Amount,
    memo: z.string(),
    createdAt: z.iso.datetime(),
  })
  .openapi('Transfer')
export type Transfer = z.infer<typeof Transfer>

export const Currency = z
  .strictObject({
    code: CurrencyCode,
    name: Text(64).min(1).openapi({ example: 'Coin' }),
    decimals: z
      .int()
      .min(0)
      .max(8)
      .openapi({ description: 'Minor units in one unit: 10^decimals' }),
    transferable: z.boolean().openapi({ description: 'Whether players may send it to each other' }),
  })
  .openapi('Currency')
export type Currency = z.infer<typeof Currency>
