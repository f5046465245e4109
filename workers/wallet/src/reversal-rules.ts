/** How a movement is undone: by one movement back, once, if the money is there. */
import { fail } from '@coinop/shared/result'
import type { ReverseCommand } from './commands.ts'
import type { EntryKind, EntryRow, Posting } from './ledger-rules.ts'
import type { Decision, Ledger } from './ledger.ts'
import { newOutgoing } from './transfer-rules.ts'

/** What the movement back is called; a kind without one is not undone. */
const wayBack: Partial<Record<EntryKind, EntryKind>> = {
  deposit: 'reversal_out',
  reward: 'reversal_out',
  transfer_in: 'reversal_out',
  withdraw: 'reversal_in',
  charge: 'refund',
  capture: 'refund',
}
export const reversibleKinds = Object.keys(wayBack) as EntryKind[]

/** How far back a movement is looked for that has no key of its own. The caller knows where older ones stand. */
const searchedMax = 200

/** Inside a transaction. */
export function reverse(ledger: Ledger, command: ReverseCommand): Decision {
  const { transferId, memo, kinds } = command
  const entry = findEntry(ledger, command)
  if (!entry) return fail('transfer_not_found')
  const kind = wayBack[entry.kind]
  if (!kind || !kinds.includes(entry.kind)) return fail('not_reversible')
  if (ledger.holds.isReversed(transferId)) return fail('already_reversed')
  const whole = Math.abs(entry.amount)
  const amount = command.amount ?? whole
  if (amount > whole) return fail('reversal_exceeds_amount')
  const { currency, counterAccount, counterparty } = entry
  const same = { currency, counterAccount, counterparty, memo }
  const posting: Posting = { ...same, kind, amount: entry.amount > 0 ? -amount : amount }
  const applied = ledger.apply(command, [posting])
  if (!applied.ok) return applied.code === 'insufficient_funds' ? notCovered : applied
  ledger.holds.insertReversal(transferId)
  if (counterparty !== '') {
    const sending = { ...command, recipient: counterparty, currency, amount }
    ledger.rows.insertOutgoing({ ...newOutgoing(sending, ledger.clock()), kind: 'reversal' })
  }
  return applied
}

const notCovered = fail('reversal_not_covered')

function findEntry({ rows }: Ledger, { transferId, seq }: ReverseCommand): EntryRow | undefined {
  const [command] = ['credit', 'charge'].flatMap(
    (name) => rows.command(`${name}:${transferId}`) ?? [],
  )
  const known = seq ?? (command?.refusal === null ? command.firstSeq : undefined)
  if (known !== undefined) {
    return rows.entriesBetween(known, known).find((entry) => entry.transferId === transferId)
  }
  return rows
    .entriesBefore(Number.MAX_SAFE_INTEGER, searchedMax)
    .find((entry) => entry.transferId === transferId && reversibleKinds.includes(entry.kind))
}
