/** The rules of money, without storage or clock: a balance and a posting in, the next balance and the entry out. */
import { sha256 } from '@coinop/shared/hash'
import { balanceMax } from '@coinop/shared/money'
import { fail, ok, type Result } from '@coinop/shared/result'

export type EntryKind =
  | 'deposit'
  | 'charge'
  | 'stake'
  | 'payout'
  | 'reward'
  | 'transfer_out'
  | 'transfer_in'
  | 'transfer_refund'

/** The counter-side of an entry. These accounts are sums over entries, never wallets of their own. */
export type SystemAccount = '@mint' | '@shop' | '@house' | '@transit'

/** One movement asked for. `amount` is signed minor units: negative leaves the wallet. */
export type Posting = {
  kind: EntryKind
  currency: string
  amount: number
  counterAccount: SystemAccount
  counterparty: string
  memo: string
}

/** One movement made: the row of the ledger. */
export type EntryRow = Posting & {
  seq: number
  transferId: string
  balanceAfter: number
  actor: string
  at: number
  previousHash: string
  hash: string
}

export type Balance = { posted: number; held: number }
export type PostingRefusal = 'insufficient_funds' | 'balance_limit_exceeded'

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
): Result<Balance, PostingRefusal> {
  if (amount < 0 && before.posted - before.held + amount < 0) return fail('insufficient_funds')
  if (amount > 0 && before.posted > balanceMax - amount - returning) {
    return fail('balance_limit_exceeded')
  }
  return ok({ posted: before.posted + amount, held: before.held })
}

type Circumstances = { transferId: string; actor: string; at: number; balanceAfter: number }

/** The entry that follows `previous` in the wallet's chain. */
export function nextEntry(
  previous: { seq: number; hash: string },
  posting: Posting,
  circumstances: Circumstances,
): EntryRow {
  const unsealed = {
    ...posting,
    ...circumstances,
    seq: previous.seq + 1,
    previousHash: previous.hash,
  }
  return { ...unsealed, hash: entryHash(unsealed) }
}

/** SHA-256 over the previous hash and every field in this order, so that a changed, removed or reordered row shows. */
export function entryHash(entry: Omit<EntryRow, 'hash'>): string {
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
    ]),
  )
}
