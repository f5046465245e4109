/**
 * The lines of an export: one JSON value each, fields in a fixed order, and at the end a seal over the line and the seal before,
 * so that the first line that was changed, left out or moved is the one that does not fit. Pure.
 */
import { sha256 } from '@coinop/shared/hash'
import type { EntryRow } from './ledger-rules.ts'
import { toSupply } from './supply.ts'
import type { Inclusion, ProofRow } from './proofs.ts'
import type { CurrencyBalance } from './wallet-reads.ts'

/** The seal before the first line. */
export const firstSeal = '0'.repeat(64)

/** Grows line by line; `seal` is what the next line is chained to. */
export type Lines = { seal: string; text: string }

export function addLine({ seal, text }: Lines, value: object): Lines {
  const content = JSON.stringify(value).slice(0, -1)
  const next = sha256(seal + content)
  return { seal: next, text: `${text}${content},"seal":"${next}"}\n` }
}

export const ledgerLine = ({ projectId, number, at, ...proof }: ProofRow) => ({
  type: 'ledger',
  version: 1,
  projectId,
  number,
  at,
  wallets: proof.wallets,
  entries: proof.entries,
  totals: proof.totals.map(toSupply),
  root: proof.root,
  previousHash: proof.previousHash,
  hash: proof.hash,
})

export const walletLine = (
  { head: [walletId, sequence, hash], index, path }: Inclusion,
  balances: CurrencyBalance[],
) => ({ type: 'wallet', walletId, sequence, hash, balances, index, path })

export const entryLine = (walletId: string, row: EntryRow) => ({
  type: 'entry',
  walletId,
  seq: row.seq,
  transferId: row.transferId,
  kind: row.kind,
  currency: row.currency,
  amount: row.amount,
  counterAccount: row.counterAccount,
  counterparty: row.counterparty,
  balanceAfter: row.balanceAfter,
  heldChange: row.heldChange,
  heldAfter: row.heldAfter,
  memo: row.memo,
  actor: row.actor,
  at: row.at,
  previousHash: row.previousHash,
  hash: row.hash,
})

export const endLine = (wallets: number, entries: number) => ({ type: 'end', wallets, entries })
