/** What a wallet can be asked to do under one key, and what it answers. */
import { requestHash } from '@coinop/shared/hash'
import type { Result } from '@coinop/shared/result'
import type { EscrowPart } from './escrow-storage.ts'
import type { HoldRefusal } from './hold-rules.ts'
import type { EntryKind, EntryRow, Posting, PostingRefusal, SystemAccount } from './ledger-rules.ts'
import type { OutgoingTransfer, WalletReference } from './wallet-storage.ts'

type Common = {
  wallet: WalletReference
  /** The client's key, or the id of the order or round, with the name of the operation before it. */
  key: string
  /** Used when the command is new; a repeated one keeps its first. The id of the hold for a hold. */
  transferId: string
  actor: string
  /** Per currency the most that a wallet may hold. Not part of the request: a cap may change between two tries. */
  caps?: Record<string, number>
  /** Why it cannot be, when that was seen before the wallet was asked: remembered under the key like any refusal. */
  refusal?: 'currency_not_found' | 'currency_not_transferable'
}

/** What one key asks of a wallet: all its postings, or none. */
export type Command = Common & { postings: Posting[] }
export type NewHold = {
  currency: string
  amount: number
  account: SystemAccount
  memo: string
  seconds: number
}
export type HoldCommand = Common & { hold: NewHold }
export type CaptureCommand = Common & {
  holdId: string
  /** Only a hold for this account is there for the caller. */
  account: SystemAccount
  /** All of it when absent. */
  amount?: number
  /** Comes back in the same step; 0 when absent. */
  payout?: number
}
export type VoidCommand = Common & Pick<CaptureCommand, 'holdId' | 'account'>
export type SendCommand = Common & {
  recipient: string
  currency: string
  amount: number
  memo: string
}
/** An incoming transfer or reversal, as the sender's object offers it. */
export type Credit = SendCommand & { sender: string; kind?: OutgoingTransfer['kind'] }
/** Undoes the movement `transferId`, all of it or `amount`, if its entry in this wallet is one of `kinds`. */
export type ReverseCommand = Common & {
  kinds: EntryKind[]
  seq?: number
  amount?: number
  memo: string
}
export type BatchStep =
  | { do: 'post'; posting: Posting; id: string }
  | { do: 'hold'; hold: NewHold; id: string }
  | { do: 'capture'; holdId: string; amount?: number | undefined }
  | { do: 'void'; holdId: string }
/** All steps or none. */
export type BatchCommand = Common & { steps: BatchStep[] }

/** What a trade asks of a wallet; the `transferId` is the trade's id. */
export type EscrowCommand = Common &
  (
    | { act: 'hold'; counterparty: string; gives: EscrowPart[]; receives: EscrowPart[] }
    | { act: 'pay' | 'release' }
  )

export type LedgerCommand =
  | ({ do: 'post' } & Command)
  | ({ do: 'hold' } & HoldCommand)
  | ({ do: 'capture' } & CaptureCommand)
  | ({ do: 'void' } & VoidCommand)
  | ({ do: 'send' } & SendCommand)
  | ({ do: 'credit' } & Credit)
  | ({ do: 'reverse' } & ReverseCommand)
  | ({ do: 'batch' } & BatchCommand)
  | ({ do: 'escrow' } & EscrowCommand)

export type ReversalRefusal =
  | 'transfer_not_found'
  | 'not_reversible'
  | 'already_reversed'
  | 'reversal_exceeds_amount'
  | 'reversal_not_covered'
export type Decided =
  | PostingRefusal
  | HoldRefusal
  | ReversalRefusal
  | 'currency_not_found'
  | 'currency_not_transferable'
export type LedgerRefusal = Decided | 'idempotency_conflict'
/** What postings alone can be refused for. */
export type CommandRefusal = PostingRefusal | 'currency_not_found' | 'idempotency_conflict'
export type SendRefusal = CommandRefusal | 'currency_not_transferable'

/** `step` counts from 0 and is there when a batch was refused. */
export type Refused<C extends string> = { ok: false; code: C; step?: number }
export type Verdict<T, C extends string> = Result<T, C> | Refused<C>
export type Posted = { entries: EntryRow[]; replayed: boolean }
export type Sent = Omit<OutgoingTransfer, 'nextAttemptAt' | 'attempts'> & { replayed: boolean }

/** The fingerprint of what the client asked; ids and times that we add are not part of it. */
export function commandHash(command: LedgerCommand): string {
  return requestHash(command.key, requestOf(command))
}

function requestOf(command: LedgerCommand): unknown {
  switch (command.do) {
    case 'post':
      return command.postings
    case 'hold':
      return command.hold
    case 'capture':
      return captureRequest(command)
    case 'void':
      return command.holdId
    case 'send':
      return [command.recipient, command.currency, command.amount, command.memo]
    case 'credit':
      return [command.sender, command.currency, command.amount, command.memo]
    case 'reverse':
      return [command.transferId, command.amount ?? null, command.memo]
    case 'escrow':
      return escrowRequest(command)
    case 'batch':
      break
  }
  return command.steps.map((step) => ('id' in step ? { ...step, id: '' } : step))
}

const captureRequest = ({ holdId, amount, payout }: CaptureCommand) => [
  holdId,
  amount ?? null,
  payout ?? 0,
]

const escrowRequest = (command: EscrowCommand) =>
  command.act === 'hold'
    ? [command.counterparty, command.gives, command.receives]
    : command.transferId

/** The commands that do this. */
export type Doing<What extends LedgerCommand['do']> = Extract<LedgerCommand, { do: What }>

export const transfersOf = ({ entries }: Posted): string[] =>
  entries.map(({ transferId }) => transferId)

/** Under a key stands only what its own kind of command can be refused for. */
export const onlyPostings = <T>(all: Verdict<T, LedgerRefusal>) => all as Verdict<T, CommandRefusal>
