/** How a transfer leaves its wallet, and when it is offered again: pure but for the jitter. */
import { now } from '@coinop/shared/clock'
import type { Posting } from './ledger-rules.ts'
import type { SendCommand } from './wallet-object.ts'
import type { OutgoingTransfer } from './wallet-storage.ts'

/** How long one offer waits for the recipient. */
export const deliveryTimeoutMilliseconds = 2_000
const retryBaseMilliseconds = 500
const retryMaxMilliseconds = 60_000

/** Doubles from half a second to a minute, with jitter so that many waiting wallets do not return together. */
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

export const newOutgoing = (command: SendCommand): OutgoingTransfer => ({
  id: command.transferId,
  recipient: command.recipient,
  currency: command.currency,
  amount: command.amount,
  memo: command.memo,
  state: 'SENT',
  refusal: null,
  attempts: 0,
  nextAttemptAt: now(),
  createdAt: now(),
})
