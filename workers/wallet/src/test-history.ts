/** Histories for tests: written straight into a wallet's object, with times and kinds that real commands would need days for. */
import { runInDurableObject } from 'cloudflare:test'
import { testProject } from '@coinop/shared/testing'
import {
  type EntryKind,
  type EntryRow,
  genesisHash,
  nextEntry,
  type SystemAccount,
} from './ledger-rules.ts'
import { copyEntries } from './projection.ts'
import { bindings } from './test-money.ts'
import type { WalletObject } from './wallet-object.ts'
import { type CurrencyBalance, WalletReads } from './wallet-reads.ts'
import { WalletStorage } from './wallet-storage.ts'

export type Past = {
  kind: EntryKind
  currency: string
  amount: number
  counterAccount: SystemAccount
  counterparty: string
  at: number
}

export const stubOf = (walletId: string, projectId = testProject) =>
  bindings.WALLETS.getByName(`${projectId}/${walletId}`)

/** The chained entries that this past makes, and the balances after the last. */
export function chained(past: Past[]): { rows: EntryRow[]; balances: CurrencyBalance[] } {
  const posted = new Map<string, number>()
  let previous = { seq: 0, hash: genesisHash }
  const rows = past.map(({ at, ...posting }, index) => {
    const balanceAfter = (posted.get(posting.currency) ?? 0) + posting.amount
    posted.set(posting.currency, balanceAfter)
    const circumstances = { transferId: `trf_${index}`, actor: 'test', at, balanceAfter }
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

/** Writes a past into an object that has none, and unless told otherwise into the copy. */
export async function writePast(
  walletId: string,
  past: Past[],
  copied = true,
): Promise<EntryRow[]> {
  const { rows, balances } = chained(past)
  const wallet = { projectId: testProject, walletId }
  await runInDurableObject(stubOf(walletId), (_: WalletObject, state) => {
    const storage = new WalletStorage(state.storage.sql)
    state.storage.transactionSync(() => {
      storage.open(wallet)
      for (const row of rows) storage.insertEntry(row)
      for (const { currency, ...balance } of balances) storage.setBalance(currency, balance)
      storage.setProjectedSeq(rows.length)
    })
    new WalletReads(storage).checkpoint()
  })
  for (let first = 0; first < (copied ? rows.length : 0); first += 50) {
    await copyEntries(bindings.WALLET_DB, wallet, rows.slice(first, first + 50), balances)
  }
  return rows
}

/** A reproducible source of choices; the seed stands in the name of whatever fails. */
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
