/** Holds as routes and entrypoints ask for them: check what the wallet cannot know, then ask the wallet. */
import type { Caller } from '@coinop/shared/caller'
import { newId } from '@coinop/shared/ids'
import { fail, ok, type Result } from '@coinop/shared/result'
import type { LedgerCommand, LedgerRefusal, Posted, Verdict } from './commands.ts'
import { capsOf, useCurrency } from './currencies.ts'
import { holderExists } from './holders.ts'
import type { HoldRefusal, HoldRow } from './hold-rules.ts'
import type { PostingRefusal, SystemAccount } from './ledger-rules.ts'
import { actorOf, walletOf } from './movements.ts'

export type HoldOrder = {
  walletId: string
  key: string
  currency: string
  amount: number
  seconds: number
  memo: string
  /** Where a capture goes; only who names the same one sees the hold. */
  account: SystemAccount
  /** Of a round, its own; otherwise a new one. */
  id?: string
}
export type HoldEnd = {
  walletId: string
  key: string
  holdId: string
  account: SystemAccount
  amount?: number | undefined
  payout?: number
}
export type HoldMovementRefusal =
  | HoldRefusal
  | PostingRefusal
  | 'wallet_not_found'
  | 'currency_not_found'
  | 'idempotency_conflict'
export type HoldAnswer = { hold: HoldRow; replayed: boolean }

/** Sets money aside, once per key. */
export async function openHold(
  env: WalletEnv,
  caller: Caller,
  { walletId, key, id, ...wanted }: HoldOrder,
): Promise<Result<HoldAnswer, HoldMovementRefusal>> {
  if (!(await holderExists(env.PLAYERS, caller, walletId))) return fail('wallet_not_found')
  const currency = await useCurrency(env.WALLET_DB, caller.projectId, wanted.currency)
  if (!currency) return fail('currency_not_found')
  const answered = await executeIn(env, caller, walletId, {
    do: 'hold',
    wallet: { projectId: caller.projectId, walletId },
    key,
    transferId: id ?? newId('hld'),
    actor: actorOf(caller),
    hold: wanted,
    caps: capsOf(currency),
  })
  if (!answered.ok) return answered
  const { hold, replayed } = await withHold(env, caller, walletId, answered.value)
  // A repeated key hears what the first heard, whatever became of the hold.
  return ok({ hold: { ...hold, state: 'open', captured: 0, endedAt: 0 }, replayed })
}

/** Takes what is held, or part of it; the rest is let go. */
export const captureHold = (env: WalletEnv, caller: Caller, end: HoldEnd) =>
  endHold(env, caller, end, 'capture')

/** Lets go of all that is held. */
export const voidHold = (env: WalletEnv, caller: Caller, end: HoldEnd) =>
  endHold(env, caller, end, 'void')

async function endHold(
  env: WalletEnv,
  caller: Caller,
  { walletId, key, holdId, account, amount, payout }: HoldEnd,
  how: 'capture' | 'void',
): Promise<Result<HoldAnswer, HoldMovementRefusal>> {
  if (!(await holderExists(env.PLAYERS, caller, walletId))) return fail('wallet_not_found')
  const common = {
    wallet: { projectId: caller.projectId, walletId },
    key,
    transferId: holdId,
    actor: actorOf(caller),
    holdId,
    account,
  }
  const wanted = {
    ...(amount !== undefined && { amount }),
    ...(payout !== undefined && { payout }),
  }
  const command: LedgerCommand =
    how === 'void' ? { ...common, do: 'void' } : { ...common, ...wanted, do: 'capture' }
  const answered = await executeIn(env, caller, walletId, command)
  return answered.ok ? ok(await withHold(env, caller, walletId, answered.value)) : answered
}

type OfHolds = Exclude<HoldMovementRefusal, 'wallet_not_found'>

/** Under a key stands only what its own kind of command can be refused for. */
async function executeIn(
  env: WalletEnv,
  caller: Caller,
  walletId: string,
  command: LedgerCommand,
): Promise<Verdict<Posted, OfHolds>> {
  const answered: Verdict<Posted, LedgerRefusal> = await walletOf(env, caller, walletId).execute(
    command,
  )
  return answered as Verdict<Posted, OfHolds>
}

async function withHold(
  env: WalletEnv,
  caller: Caller,
  walletId: string,
  { entries, replayed }: Posted,
): Promise<HoldAnswer> {
  const hold = await walletOf(env, caller, walletId).hold(entries[0]!.transferId)
  return { hold: hold!, replayed }
}
