/** A wallet's part in a trade: sets aside what it gives and keeps room for what it gets, then pays or lets go. */
import { balanceMax } from '@coinop/shared/money'
import { fail, ok, type Result } from '@coinop/shared/result'
import type { Credit, EscrowCommand } from './commands.ts'
import type { EscrowPart } from './escrow-storage.ts'
import type { EntryRow, Posting, PostingRefusal } from './ledger-rules.ts'
import type { Decision, Ledger } from './ledger.ts'
import { incomingPosting, newOutgoing } from './transfer-rules.ts'

/** Most currencies of all trades under way in one wallet, coming and going. */
export const escrowPartsMax = 200

export const escrowKeys = {
  escrow: (tradeId: string) => `escrow:${tradeId}`,
  pay: (tradeId: string) => `escrow-pay:${tradeId}`,
  release: (tradeId: string) => `escrow-release:${tradeId}`,
}

/** Inside a transaction. Of these three a trade asks the first once, then one of the others; each may be repeated. */
export function escrow(ledger: Ledger, command: EscrowCommand): Decision {
  if (command.act === 'hold') return setAside(ledger, command)
  return command.act === 'pay' ? pay(ledger, command) : release(ledger, command)
}

/** Without a time of its own: between the trade's decision and the payment nothing may take the money away. */
function setAside(ledger: Ledger, command: Extract<EscrowCommand, { act: 'hold' }>): Decision {
  const { transferId: tradeId, counterparty, gives, receives, caps = {} } = command
  if (ledger.escrows.count() + gives.length + receives.length > escrowPartsMax) {
    return fail('too_many_holds')
  }
  for (const part of receives) {
    const room = hasRoom(ledger, part, caps[part.currency])
    if (!room.ok) return room
  }
  const held = gives.map((part) => posting('hold', part, { counterparty, tradeId }))
  const applied = ledger.apply(command, held)
  if (!applied.ok) return applied
  const same = { tradeId, counterparty }
  for (const part of gives) ledger.escrows.insert({ ...part, ...same, incoming: 0 })
  for (const part of receives) ledger.escrows.insert({ ...part, ...same, incoming: 1 })
  return applied
}

/** Checked before anything moves, so that a payment that was decided on is never refused. */
function hasRoom(
  { rows, escrows }: Ledger,
  { currency, amount }: EscrowPart,
  cap: number | undefined,
): Result<true, PostingRefusal> {
  const wanted = rows.balance(currency).posted + escrows.expected(currency)
  if (cap !== undefined && wanted > cap - amount) return fail('currency_cap_exceeded')
  const fits = wanted <= balanceMax - amount - rows.returning(currency)
  return fits ? ok(true) : fail('balance_limit_exceeded')
}

/** What was set aside leaves as transfers, which are offered until the other wallet has them. */
function pay(ledger: Ledger, command: EscrowCommand): Decision {
  const { transferId: tradeId } = command
  if (ledger.rows.command(escrowKeys.escrow(tradeId))?.refusal !== null) {
    throw new Error(`The trade ${tradeId} is to be paid, and nothing was set aside.`)
  }
  const entries: EntryRow[] = []
  for (const part of ledger.escrows.ofTrade(tradeId)) {
    if (part.incoming) continue
    const { transferId, counterparty, currency, amount } = part
    const leaving = { ...posting('trade_out', part, { counterparty, tradeId }), amount: -amount }
    entries.push(...certain(ledger.apply({ ...command, transferId }, [leaving])))
    const sending = { transferId, recipient: counterparty, currency, amount, memo: tradeId }
    ledger.rows.insertOutgoing({ ...newOutgoing(sending, ledger.clock()), kind: 'trade' })
    ledger.escrows.end(transferId)
  }
  return ok(entries)
}

function release(ledger: Ledger, command: EscrowCommand): Decision {
  const { transferId: tradeId } = command
  if (ledger.rows.command(escrowKeys.pay(tradeId))) {
    throw new Error(`The trade ${tradeId} is to be released, and was paid.`)
  }
  const key = escrowKeys.escrow(tradeId)
  // A request to set aside may still be on its way: it must find that the trade is over.
  if (!ledger.rows.command(key)) {
    const none = { requestHash: '', firstSeq: 0, lastSeq: -1, refusedStep: null }
    ledger.rows.recordCommand(key, { ...none, refusal: 'hold_closed' })
  }
  const parts = ledger.escrows.ofTrade(tradeId)
  const back = parts.filter(({ incoming }) => !incoming).map((part) => posting('void', part, part))
  for (const { transferId } of parts) ledger.escrows.end(transferId)
  return ok(certain(ledger.apply(command, back)))
}

/** A transfer arrives; that of a trade in the room that was kept for it. */
export function arrive(ledger: Ledger, credit: Credit): Decision {
  if (credit.kind !== 'trade') return ledger.apply(credit, [incomingPosting(credit)])
  ledger.escrows.end(credit.transferId)
  return ok(certain(ledger.apply({ ...credit, caps: {} }, [incomingPosting(credit)])))
}

/** A refusal here would break a trade in two: nothing is written, and whoever asked asks again. */
function certain(decided: Decision): EntryRow[] {
  if (decided.ok) return decided.value
  throw new Error(`A trade was refused after it was decided: ${decided.code}`)
}

function posting(
  kind: 'hold' | 'trade_out' | 'void',
  { currency, amount }: EscrowPart,
  { counterparty, tradeId }: { counterparty: string; tradeId: string },
): Posting {
  const heldChange = kind === 'hold' ? amount : -amount
  const same = { currency, counterAccount: '@transit' as const, counterparty, memo: tradeId }
  return { ...same, kind, amount: 0, heldChange }
}
