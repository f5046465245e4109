/** How a transfer leaves its wallet, arrives or comes back, and when it is offered again: pure but for the jitter. */
import type { Credit, SendCommand } from './commands.ts'
import type { Posting } from './ledger-rules.ts'
import type { OutgoingTransfer, WalletReference } from './wallet-storage.ts'

/** How long one offer waits for the recipient. */
export const deliveryTimeoutMilliseconds = 2_000
const retryBaseMilliseconds = 500
/** With the time-out and the jitter below 60 s: so long after a fault has ended every transfer has, too. */
const retryMaxMilliseconds = 30_000

/** Doubles from half a second to half a minute, with jitter so that many waiting wallets do not return together. */
export function retryDelay(attempts: number): number {
  const delay = Math.min(retryMaxMilliseconds, retryBaseMilliseconds * 2 ** Math.min(attempts, 20))
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1))
  return deliveryTimeoutMilliseconds + delay * (0.5 + random / 2 ** 33)
}

type Sending = Pick<SendCommand, 'currency' | 'amount' | 'recipient' | 'memo'>

export const outgoingPosting = ({ currency, amount, recipient, memo }: Sending): Posting => ({
  kind: 'transfer_out',
  currency,
  amount: -amount,
  counterAccount: '@transit',
  counterparty: recipient,
  memo,
})

export const incomingPosting = ({ kind, currency, amount, sender, memo }: Credit): Posting => ({
  kind: `${kind ?? 'transfer'}_in`,
  currency,
  amount,
  counterAccount: '@transit',
  counterparty: sender,
  memo,
})

/** The recipient's wallet has refused it. */
export const returningPosting = (transfer: OutgoingTransfer): Posting => ({
  ...outgoingPosting(transfer),
  kind: transfer.kind === 'reversal' ? 'reversal_refund' : 'transfer_refund',
  amount: transfer.amount,
})

export const newOutgoing = (
  command: Sending & Pick<SendCommand, 'transferId' | 'caps'>,
  at: number,
): OutgoingTransfer => ({
  id: command.transferId,
  kind: 'transfer',
  recipient: command.recipient,
  currency: command.currency,
  amount: command.amount,
  memo: command.memo,
  cap: command.caps?.[command.currency] ?? null,
  state: 'SENT',
  refusal: null,
  attempts: 0,
  nextAttemptAt: at,
  createdAt: at,
})

/** The offer of what has left, as the recipient's wallet takes it. */
export function creditOf(
  { projectId, walletId }: WalletReference,
  { id, kind, recipient, currency, amount, memo, cap }: OutgoingTransfer,
): Credit {
  const wallet = { projectId, walletId: recipient }
  const source = { transferId: id, actor: `wallet:${walletId}`, sender: walletId, kind }
  const key = kind === 'reversal' ? `reversal:${id}` : `credit:${id}`
  const caps = cap === null ? {} : { caps: { [currency]: cap } }
  return { ...source, ...caps, wallet, key, recipient, currency, amount, memo }
}
