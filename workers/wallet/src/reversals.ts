/** Undoing a movement: finds the wallet that received the money, and asks it. */
import type { Caller } from '@coinop/shared/caller'
import { isoTime } from '@coinop/shared/clock'
import { Amount } from '@coinop/shared/money'
import { fail, ok, type Result } from '@coinop/shared/result'
import type { LedgerRefusal, Posted, ReversalRefusal, Verdict } from './commands.ts'
import { holderExists } from './holders.ts'
import type { EntryKind, EntryRow, PostingRefusal } from './ledger-rules.ts'
import type { Transfer } from './model.ts'
import { actorOf, toTransfer, type Transferred, walletOf } from './movements.ts'
import { reversibleKinds } from './reversal-rules.ts'
import { findTransactions, type TransactionRow } from './transactions.ts'

export type ReversalMovementRefusal =
  | ReversalRefusal
  | PostingRefusal
  | 'wallet_not_found'
  | 'transfer_not_completed'
  | 'idempotency_conflict'

export type Reversal = {
  transferId: string
  /** A wallet that it touched, for one that was made a moment ago. */
  walletId?: string | undefined
  amount?: number | undefined
  memo: string
  key: string
}

/** Moves the money back, once, from the wallet that received it. */
export async function reverseMovement(
  env: WalletEnv,
  caller: Caller,
  { transferId, walletId, amount, memo, key }: Reversal,
): Promise<Result<Transferred, ReversalMovementRefusal>> {
  const place = walletId
    ? await placeIn(env, caller, { transferId, walletId })
    : await placeOf(env, caller, transferId)
  if (!place.ok) return place
  const receiver = place.value
  const answered: Verdict<Posted, LedgerRefusal> = await walletOf(
    env,
    caller,
    receiver.walletId,
  ).reverse({
    do: 'reverse',
    wallet: { projectId: caller.projectId, walletId: receiver.walletId },
    key: `reverse:${key}`,
    transferId,
    actor: actorOf(caller),
    kinds: reversibleKinds,
    memo,
    ...(receiver.seq !== undefined && { seq: receiver.seq }),
    ...(amount !== undefined && { amount }),
  })
  if (!answered.ok) return fail(answered.code as ReversalRefusal)
  const { entries, replayed } = answered.value
  const entry = entries[0]!
  if (entry.counterparty === '')
    return ok({ transfer: fromEntry(receiver.walletId, entry), replayed })
  const sent = await walletOf(env, caller, receiver.walletId).outgoing(transferId)
  return ok({ transfer: toTransfer(receiver.walletId, sent!), replayed })
}

/** Gives a charge back; `reference` is the one it was made under. */
export async function refundCharge(
  env: WalletEnv,
  caller: Caller,
  {
    walletId,
    reference,
    amount,
    memo,
  }: { walletId: string; reference: string; amount?: number; memo: string },
): Promise<Result<Posted, ReversalMovementRefusal>> {
  if (!(await holderExists(env.PLAYERS, caller, walletId))) return fail('wallet_not_found')
  const kinds: EntryKind[] = ['charge']
  const answered: Verdict<Posted, LedgerRefusal> = await walletOf(env, caller, walletId).reverse({
    do: 'reverse',
    wallet: { projectId: caller.projectId, walletId },
    key: `refund:${reference}`,
    transferId: reference,
    actor: actorOf(caller),
    kinds,
    memo,
    ...(amount !== undefined && { amount: Amount.parse(amount) }),
  })
  return answered.ok ? answered : fail(answered.code as ReversalRefusal)
}

type Place = { walletId: string; seq?: number }
type PlaceRefusal = 'transfer_not_found' | 'transfer_not_completed'

async function placeIn(
  env: WalletEnv,
  caller: Caller,
  { transferId, walletId }: { transferId: string; walletId: string },
): Promise<Result<Place, PlaceRefusal>> {
  if (!(await holderExists(env.PLAYERS, caller, walletId))) return fail('transfer_not_found')
  const sent = await walletOf(env, caller, walletId).outgoing(transferId)
  if (!sent || sent.kind === 'reversal') return ok(await knownIn(env, caller, transferId, walletId))
  return sent.state === 'COMPLETED'
    ? ok({ walletId: sent.recipient })
    : fail('transfer_not_completed')
}

/** With its sequence where the copy has it: the wallet itself looks no further back than a page or two. */
async function knownIn(
  env: WalletEnv,
  caller: Caller,
  transferId: string,
  walletId: string,
): Promise<Place> {
  const rows = await findTransactions(env.WALLET_DB, caller.projectId, transferId)
  const places = rows.filter(isReversible).map(walletAndSeq)
  return places.find((place) => place.walletId === walletId) ?? { walletId }
}

async function placeOf(
  env: WalletEnv,
  caller: Caller,
  transferId: string,
): Promise<Result<Place, PlaceRefusal>> {
  const rows = await findTransactions(env.WALLET_DB, caller.projectId, transferId)
  const row = rows.find(isBetweenWallets) ?? rows.find(isReversible)
  if (!row) return rows.length > 0 ? ok(walletAndSeq(rows[0]!)) : fail('transfer_not_found')
  // The copy may be behind: the sender's wallet knows how it stands.
  if (isBetweenWallets(row)) return placeIn(env, caller, { transferId, walletId: row.fromAccount })
  return ok(walletAndSeq(row))
}

const isBetweenWallets = ({ kind }: TransactionRow) => kind === 'transfer' || kind === 'trade'

const isReversible = ({ kind }: TransactionRow) => reversibleKinds.includes(kind as EntryKind)

const walletAndSeq = ({ fromAccount, toAccount, seq }: TransactionRow): Place => ({
  walletId: fromAccount.startsWith('@') ? toAccount : fromAccount,
  ...(seq !== null && { seq }),
})

function fromEntry(walletId: string, entry: EntryRow): Transfer {
  const { transferId, amount, counterAccount, currency, memo, at } = entry
  const [from, to] = amount < 0 ? [walletId, counterAccount] : [counterAccount, walletId]
  return {
    id: transferId,
    kind: 'reversal',
    status: 'completed',
    from,
    to,
    currency,
    amount: Math.abs(amount),
    memo,
    createdAt: isoTime(at),
  }
}
