/** The rules of money, without storage or clock: a balance and a posting in, the next balance and the entry out. */
import { sha256 } from '@coinop/shared/hash'
import { balanceMax } from '@coinop/shared/money'
import { fail, ok, type Result } from '@coinop/shared/result'

export const entryKinds = [
  'deposit',
  'withdraw',
  'charge',
  'refund',
  'stake',
  'payout',
  'reward',
  'hold',
  'capture',
  'void',
  'expire',
  'transfer_out',
  'transfer_in',
  'transfer_refund',
  'reversal_out',
  'reversal_in',
  'reversal_refund',
  'trade_out',
  'trade_in',
] as const
export type EntryKind = (typeof entryKinds)[number]

/** The counter-side of an entry. These accounts are sums over entries, never wallets of their own. */
export type SystemAccount = '@mint' | '@shop' | '@house' | '@fees' | '@burn' | '@transit'

/** One movement asked for. `amount` is signed minor units: negative leaves the wallet. */
export type Posting = {
  kind: EntryKind
  currency: string
  amount: number
  /** What it adds to what is held, or takes from it; 0 when absent. */
  heldChange?: number
  counterAccount: SystemAccount
  counterparty: string
  memo: string
}

/** One movement made: the row of the ledger. Folding `amount` and `heldChange` gives posted and held. */
export type EntryRow = Posting & {
  seq: number
  transferId: string
  balanceAfter: number
  heldChange: number
  heldAfter: number
  actor: string
  at: number
  previousHash: string
  hash: string
}

export type Balance = { posted: number; held: number }
export type PostingRefusal =
  | 'insufficient_funds'
  | 'balance_limit_exceeded'
  | 'currency_cap_exceeded'

/** The hash before the first entry. */
export const genesisHash = '0'.repeat(64)

/**
 * The balance after a posting; refused when it would take what is not available, or grow past what is exact. `returning`
 * is what may still come back from unfinished transfers: there must always be room for it.
 */
export function post(
  before: Balance,
  amount: number,
  returning = 0,
  heldChange = 0,
): Result<Balance, PostingRefusal> {
  const availableChange = amount - heldChange
  if (availableChange < 0 && before.posted - before.held + availableChange < 0) {
    return fail('insufficient_funds')
  }
  if (amount > 0 && before.posted > balanceMax - amount - returning) {
    return fail('balance_limit_exceeded')
  }
  return ok({ posted: before.posted + amount, held: before.held + heldChange })
}

const cappedKinds: readonly EntryKind[] = ['deposit', 'transfer_in']

/** Whether a currency's cap refuses a posting. What comes back, was won or earned is never refused: it is the holder's. */
export const exceedsCap = (before: Balance, { kind, amount }: Posting, cap: number | undefined) =>
  cap !== undefined && cappedKinds.includes(kind) && before.posted > cap - amount

type Circumstances = {
  transferId: string
  actor: string
  at: number
  balanceAfter: number
  heldAfter: number
}

/** The entry that follows `previous` in the wallet's chain. */
export function nextEntry(
  previous: { seq: number; hash: string },
  posting: Posting,
  circumstances: Circumstances,
): EntryRow {
  const unsealed = {
    ...posting,
    heldChange: posting.heldChange ?? 0,
    ...circumstances,
    seq: previous.seq + 1,
    previousHash: previous.hash,
  }
  return { ...unsealed, hash: entryHash(unsealed) }
}

/**
 * SHA-256 over the previous hash and every field in this order, so that a changed, removed or reordered row shows. What is
 * held is appended where it changes: everywhere else it follows from the entries before, and old hashes stay.
 */
export function entryHash(entry: Omit<EntryRow, 'hash'>): string {
  const { heldChange, heldAfter } = entry
  return sha256(
    JSON.stringify([
      entry.previousHash,
      entry.seq,
      entry.transferId,
      entry.kind,
      entry.currency,
      entry.amount,
      entry.counterAccount,
      entry.counterparty,
      entry.balanceAfter,
      entry.memo,
      entry.actor,
      entry.at,
      ...(heldChange === 0 ? [] : [heldChange, heldAfter]),
    ]),
  )
}
