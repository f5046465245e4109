/** The rules of holds: money that is set aside until it is captured, given back or past its time. Pure. */
import { isoTime } from '@coinop/shared/clock'
import { fail, ok, type Result } from '@coinop/shared/result'
import type { Posting, SystemAccount } from './ledger-rules.ts'

/** Most holds that may be open in one wallet, so that ending those past their time stays a bounded piece of work. */
export const openHoldsMax = 100
export const holdSecondsMin = 1
export const holdSecondsMax = 30 * 24 * 3_600

export type HoldState = 'open' | 'captured' | 'voided' | 'expired'
export type HoldRow = {
  id: string
  currency: string
  amount: number
  captured: number
  /** Where what is captured goes. */
  account: SystemAccount
  memo: string
  state: HoldState
  createdAt: number
  expiresAt: number
  /** When it was captured, voided or expired; 0 while it is open. */
  endedAt: number
}

export type HoldRefusal =
  | 'hold_not_found'
  | 'hold_closed'
  | 'hold_expired'
  | 'capture_exceeds_hold'
  | 'too_many_holds'

/** The hold as it is at `at`, also when nobody has written down yet that its time is over. */
export const holdAt = (hold: HoldRow, at: number): HoldRow =>
  hold.state === 'open' && hold.expiresAt <= at
    ? { ...hold, state: 'expired', endedAt: hold.expiresAt }
    : hold

/** The hold, if it is there for `account` and open at `at`. */
export function openHold(
  hold: HoldRow | undefined,
  account: SystemAccount,
  at: number,
): Result<HoldRow, HoldRefusal> {
  if (!hold || hold.account !== account) return fail('hold_not_found')
  const { state } = holdAt(hold, at)
  if (state === 'open') return ok(hold)
  return fail(state === 'expired' ? 'hold_expired' : 'hold_closed')
}

type Held = Pick<HoldRow, 'currency' | 'amount' | 'account' | 'memo'>

export const holdPosting = ({ currency, amount, account, memo }: Held): Posting => ({
  kind: 'hold',
  currency,
  amount: 0,
  heldChange: amount,
  counterAccount: account,
  counterparty: '',
  memo,
})

/** Takes `captured` and lets go of the whole hold. */
export const capturePosting = (hold: Held, captured: number): Posting => ({
  ...holdPosting(hold),
  kind: 'capture',
  amount: -captured,
  heldChange: -hold.amount,
})

export const voidPosting = (hold: Held): Posting => ({
  ...holdPosting(hold),
  kind: 'void',
  heldChange: -hold.amount,
})

/** Its memo is the exact time: the entry is written by whoever comes next, the money was free at this instant. */
export const expirePosting = (hold: Held & { expiresAt: number }): Posting => ({
  ...voidPosting(hold),
  kind: 'expire',
  memo: isoTime(hold.expiresAt),
})
