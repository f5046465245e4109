/** Chained entries for tests, from a past that real commands would need days for; and choices that a seed repeats. */
import {
  type EntryKind,
  type EntryRow,
  genesisHash,
  nextEntry,
  type SystemAccount,
} from './ledger-rules.ts'
import type { CurrencyBalance } from './wallet-reads.ts'

export type Past = {
  kind: EntryKind
  currency: string
  amount: number
  counterAccount: SystemAccount
  counterparty: string
  at: number
  transferId?: string
}

/** The chained entries that this past makes, and the balances after the last. */
export function chained(past: Past[]): { rows: EntryRow[]; balances: CurrencyBalance[] } {
  const posted = new Map<string, number>()
  let previous = { seq: 0, hash: genesisHash }
  const rows = past.map(({ at, transferId = '', ...posting }, index) => {
    const balanceAfter = (posted.get(posting.currency) ?? 0) + posting.amount
    posted.set(posting.currency, balanceAfter)
    const id = transferId === '' ? `trf_${index}` : transferId
    const circumstances = { transferId: id, actor: 'test', at, balanceAfter }
    const row = nextEntry(previous, { ...posting, memo: `memo ${index}` }, circumstances)
    previous = row
    return row
  })
  const balances = [...posted].map(([currency, value]) => ({ currency, posted: value, held: 0 }))
  return {
    rows,
    balances: balances.toSorted((a, b) => (a.currency < b.currency ? -1 : 1)),
  }
}

/** A reproducible source of choices; say the seed when something fails. */
export function choices(seed: number) {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number) => Math.floor(next() * count)
  return { below, of: <T>(all: readonly T[]): T => all[below(all.length)]! }
}
