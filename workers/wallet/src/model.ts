/** The nouns of this Worker, as clients see them, and how rows become them. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import { IdOf } from '@coinop/shared/ids'
import { Amount, Balance, balanceMax, CurrencyCode } from '@coinop/shared/money'
import { Text } from '@coinop/shared/text'
import { type HoldRow, holdSecondsMax, holdSecondsMin } from './hold-rules.ts'
import { entryKinds, type Balance as LedgerBalance, type EntryRow } from './ledger-rules.ts'

/** SHA-256 in hex. */
export const Hash = z.string().regex(/^[0-9a-f]{64}$/)
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
    kind: z.enum(entryKinds),
    currency: CurrencyCode,
    amount: z.int().openapi({ description: 'Minor units; negative when it left the wallet' }),
    counterAccount: z.string().openapi({ description: 'The system account on the other side' }),
    counterparty: z.string().nullable().openapi({ description: 'The other wallet of a transfer' }),
    balanceAfter: Balance,
    heldChange: z.int().openapi({ description: 'What it added to what is held, or let go' }),
    heldAfter: Balance.openapi({ description: 'What is held after it; available is the rest' }),
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
    heldChange: row.heldChange,
    heldAfter: row.heldAfter,
    memo: row.memo,
    at: isoTime(row.at),
    hash: row.hash,
  }
}

/** The other side of an entry: another wallet, or a system account. */
export const Counterparty = z
  .string()
  .regex(/^(usr_[0-9a-hjkmnp-tv-z]{26}|@[a-z]{3,16})$/, 'Expected a wallet or a system account.')
  .openapi({ example: '@mint' })

/** A part of the past, for lists. */
export const TimeRange = z.object({
  from: z.iso.datetime().optional().openapi({ description: 'At this time or later' }),
  until: z.iso.datetime().optional().openapi({ description: 'Before this time' }),
})

export const millisecondsOf = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time)

/** A wallet with the head of its chain. */
export const Wallet = WalletBalance.extend({
  sequence: z.int().min(0).openapi({ description: 'Of its newest entry; 0 before the first' }),
  hash: Hash.openapi({ description: 'Of its newest entry: it stands for the whole history' }),
}).openapi('Wallet')
export type Wallet = z.infer<typeof Wallet>

export const toBalances = (rows: (LedgerBalance & { currency: string })[]) =>
  rows.map(({ currency, posted, held }) => ({ currency, posted, held, available: posted - held }))

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

/** Of a transfer, or of the order or hold that money moved for. */
export const MovementId = z
  .string()
  .regex(/^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$/, 'Expected the id of a transfer, order or hold.')
  .openapi({ example: 'trf_01k9x6c3v5t8r2m4n7p0q1s2w3' })

export const Transfer = z
  .strictObject({
    id: MovementId,
    kind: z.string().openapi({
      example: 'transfer',
      description: 'A reversal has the id of what it undoes',
    }),
    status: z.enum(['completed', 'pending', 'refunded']).openapi({
      description:
        'pending: the amount has left the sender and will arrive or come back; ask again with the same key. refunded: the recipient could not take it, and the amount has come back',
    }),
    from: z.string().openapi({ description: 'A wallet, or a system account' }),
    to: z.string().openapi({ description: 'A wallet, or a system account' }),
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
    cap: z
      .int()
      .min(1)
      .max(balanceMax)
      .nullable()
      .openapi({ description: 'The most a wallet may hold, in minor units; null for any' }),
  })
  .openapi('Currency')
export type Currency = z.infer<typeof Currency>

// Spelt out, for an extension would inherit in the contract what it means to replace.
export const NewCurrency = z
  .strictObject({ ...Currency.shape, cap: Currency.shape.cap.default(null) })
  .openapi('NewCurrency')
const { code: _, ...changeable } = Currency.shape
export const CurrencyPatch = z.strictObject(changeable).partial().openapi('CurrencyPatch')

export const HoldId = IdOf('hld')
export const NewHold = z
  .strictObject({
    currency: CurrencyCode,
    amount: Amount,
    expiresInSeconds: z.int().min(holdSecondsMin).max(holdSecondsMax),
    memo: Memo.optional(),
  })
  .openapi('NewHold')

export const Hold = z
  .strictObject({
    id: HoldId,
    walletId: WalletId,
    status: z.enum(['open', 'captured', 'voided', 'expired']),
    currency: CurrencyCode,
    amount: Amount,
    captured: Balance.openapi({ description: 'What was taken; the rest was let go' }),
    memo: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().openapi({ description: 'From then on the money is free again' }),
    endedAt: z.iso.datetime().nullable(),
  })
  .openapi('Hold')
export type Hold = z.infer<typeof Hold>

export const toHold = (walletId: string, hold: HoldRow): Hold => ({
  id: hold.id,
  walletId,
  status: hold.state,
  currency: hold.currency,
  amount: hold.amount,
  captured: hold.captured,
  memo: hold.memo,
  createdAt: isoTime(hold.createdAt),
  expiresAt: isoTime(hold.expiresAt),
  endedAt: hold.endedAt === 0 ? null : isoTime(hold.endedAt),
})

export const batchMax = 100

const operations = {
  deposit: { ...NewDeposit.shape, operation: z.literal('deposit') },
  withdraw: { ...NewDeposit.shape, operation: z.literal('withdraw') },
  hold: { ...NewHold.shape, operation: z.literal('hold') },
  capture: { operation: z.literal('capture'), holdId: HoldId, amount: Amount.optional() },
  void: { operation: z.literal('void'), holdId: HoldId },
}

export const WalletOperation = z
  .discriminatedUnion('operation', [
    z.strictObject(operations.deposit),
    z.strictObject(operations.withdraw),
    z.strictObject(operations.hold),
    z.strictObject(operations.capture),
    z.strictObject(operations.void),
  ])
  .openapi('WalletOperation')
export type WalletOperation = z.infer<typeof WalletOperation>

const inWallet = { walletId: WalletId }
/** The same, in the wallet that it names. */
export const MovementOperation = z
  .discriminatedUnion('operation', [
    z.strictObject({ ...inWallet, ...operations.deposit }),
    z.strictObject({ ...inWallet, ...operations.withdraw }),
    z.strictObject({ ...inWallet, ...operations.hold }),
    z.strictObject({ ...inWallet, ...operations.capture }),
    z.strictObject({ ...inWallet, ...operations.void }),
  ])
  .openapi('MovementOperation')
export type MovementOperation = z.infer<typeof MovementOperation>

export const NewMovementBatch = z
  .strictObject({ operations: z.array(MovementOperation).min(1).max(batchMax) })
  .openapi('NewMovementBatch')

/** What became of one operation of a batch across wallets: its entry, or why it was refused. */
export const MovementResult = z
  .discriminatedUnion('status', [
    z.strictObject({ status: z.literal(201), entry: Entry }),
    z.strictObject({
      status: z.literal([404, 409]),
      code: z.string(),
      title: z.string(),
      fix: z.string(),
    }),
  ])
  .openapi('MovementResult')
export type MovementResult = z.infer<typeof MovementResult>

export const NewWalletBatch = z
  .strictObject({ operations: z.array(WalletOperation).min(1).max(batchMax) })
  .openapi('NewWalletBatch')
