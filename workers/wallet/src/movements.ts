/** What routes and entrypoints do with money: check what the wallet cannot know, then ask the wallet. */
import type { Caller } from '@coinop/shared/caller'
import { isoTime } from '@coinop/shared/clock'
import { Gathering, type Later } from '@coinop/shared/gathering'
import { newId } from '@coinop/shared/ids'
import { fail, ok, type Result } from '@coinop/shared/result'
import {
  type CommandRefusal,
  type Doing,
  type LedgerRefusal,
  onlyPostings,
  type Posted,
  type SendRefusal,
  type Sent,
  type Verdict,
} from './commands.ts'
import { capsOf, useCurrency } from './currencies.ts'
import { holderExists } from './holders.ts'
import type { EntryKind, Posting, SystemAccount } from './ledger-rules.ts'
import { toBalances, type Transfer, type WalletBalance } from './model.ts'

export type MovementRefusal = CommandRefusal | 'wallet_not_found'
export type TransferRefusal =
  | SendRefusal
  | 'wallet_not_found'
  | 'recipient_not_found'
  | 'same_wallet'

/** One step of a movement: `amount` is signed minor units, negative leaves the wallet. */
export type Step = { kind: EntryKind; amount: number; counterAccount: SystemAccount }
export type Movement = {
  walletId: string
  /** Unique in the wallet; begins with the name of the operation. */
  key: string
  /** The id of the order or round it belongs to; a new transfer id without one. */
  transferId?: string
  currency: string
  steps: Step[]
  memo: string
  /** Set when another Worker decides by the answer: then every refusal is remembered under the key. */
  final?: true
  /** Keeps the request alive while it asks the wallet for others too. */
  later: Later
}

export const walletOf = (env: WalletEnv, { projectId }: Caller, walletId: string) =>
  env.WALLETS.getByName(`${projectId}/${walletId}`)

export const actorOf = ({ kind, actorId }: Caller): string => `${kind}:${actorId}`

/** Movements of one wallet that arrive together are one request to it. Apart by namespace: one that counts is of one request. */
const arriving = new WeakMap<WalletEnv['WALLETS'], Arriving>()
type Arriving = Gathering<Doing<'post'>, Verdict<Posted, LedgerRefusal>>

function arrivingAt(wallets: WalletEnv['WALLETS']): Arriving {
  const known = arriving.get(wallets) ?? new Gathering()
  arriving.set(wallets, known)
  return known
}

/** Moves money between a wallet and the system accounts, all steps or none, once per key. */
export async function move(
  env: WalletEnv,
  caller: Caller,
  { walletId, key, transferId, currency, steps, memo, final, later }: Movement,
): Promise<Verdict<Posted, MovementRefusal>> {
  if (!(await holderExists(env.PLAYERS, caller, walletId))) return fail('wallet_not_found')
  const known = await useCurrency(env.WALLET_DB, caller.projectId, currency)
  if (!known && !final) return fail('currency_not_found')
  const postings = steps.map((step): Posting => ({ ...step, currency, counterparty: '', memo }))
  const command: Doing<'post'> = {
    do: 'post',
    wallet: { projectId: caller.projectId, walletId },
    key,
    transferId: transferId ?? newId('trf'),
    actor: actorOf(caller),
    postings,
    ...(known && { caps: capsOf(known) }),
    // Left to the wallet to say, so that two tries of one order cannot hear different things.
    ...(!known && { refusal: 'currency_not_found' as const }),
  }
  const verdict = await arrivingAt(env.WALLETS).ask(`${caller.projectId}/${walletId}`, command, {
    all: async (commands) => walletOf(env, caller, walletId).executeAll(commands),
    later,
  })
  return onlyPostings(verdict)
}

export type NewTransfer = {
  from: string
  to: string
  currency: string
  amount: number
  memo: string
  key: string
}
export type Transferred = { transfer: Transfer; replayed: boolean }

/** Moves money between two wallets. What the recipient's wallet refuses has come back and is a refusal here too. */
export async function transfer(
  env: WalletEnv,
  caller: Caller,
  { from, to, currency: code, amount, memo, key }: NewTransfer,
): Promise<Result<Transferred, TransferRefusal>> {
  if (from === to) return fail('same_wallet')
  const currency = await useCurrency(env.WALLET_DB, caller.projectId, code)
  if (!currency) return fail('currency_not_found')
  if (!(await holderExists(env.PLAYERS, caller, from))) return fail('wallet_not_found')
  if (!(await holderExists(env.PLAYERS, caller, to))) return fail('recipient_not_found')
  const sent = await walletOf(env, caller, from).send({
    wallet: { projectId: caller.projectId, walletId: from },
    // A player must not be able to use up a key of the server, nor the other way round.
    key: `transfer:${caller.kind}:${key}`,
    transferId: newId('trf'),
    actor: actorOf(caller),
    recipient: to,
    currency: code,
    amount,
    memo,
    caps: capsOf(currency),
    // Left to the wallet to say: what has been sent stays sent, whatever became of the currency.
    ...(!currency.transferable && { refusal: 'currency_not_transferable' as const }),
  })
  return transferred(from, sent)
}

/** What the recipient's wallet refused has come back, and is a refusal. */
export function transferred<C extends LedgerRefusal>(
  from: string,
  sent: Verdict<Sent, C>,
): Result<Transferred, C | CommandRefusal> {
  if (!sent.ok) return sent
  const { state, refusal } = sent.value
  if (state === 'REFUNDED') return fail(refusal as CommandRefusal)
  return ok({ transfer: toTransfer(from, sent.value), replayed: sent.value.replayed })
}

export const toTransfer = (from: string, sent: Omit<Sent, 'replayed'>): Transfer => ({
  id: sent.id,
  kind: sent.kind,
  status: statusOf[sent.state],
  from,
  to: sent.recipient,
  currency: sent.currency,
  amount: sent.amount,
  memo: sent.memo,
  createdAt: isoTime(sent.createdAt),
})

const statusOf = { SENT: 'pending', COMPLETED: 'completed', REFUNDED: 'refunded' } as const

/** What the wallet holds now, read from the wallet itself. Undefined when nobody of that id exists. */
export async function balanceOf(
  env: WalletEnv,
  caller: Caller,
  walletId: string,
): Promise<WalletBalance | undefined> {
  if (!(await holderExists(env.PLAYERS, caller, walletId))) return undefined
  const rows = await walletOf(env, caller, walletId).balances()
  return { walletId, balances: toBalances(rows) }
}
