/** Histories for tests: written straight into a wallet's object, with times and kinds that real commands would need days for. */
import { runInDurableObject } from 'cloudflare:test'
import { testProject } from '@coinop/shared/testing'
import { HoldStorage } from './hold-storage.ts'
import type { EntryRow } from './ledger-rules.ts'
import { copyEntries } from './projection.ts'
import { chained, type Past } from './test-chain.ts'
import { bindings } from './test-money.ts'
import type { WalletObject } from './wallet-object.ts'
import { WalletReads } from './wallet-reads.ts'
import { WalletStorage } from './wallet-storage.ts'

export const stubOf = (walletId: string, projectId = testProject) =>
  bindings.WALLETS.getByName(`${projectId}/${walletId}`)

/** Writes a past into an object that has none, and unless told otherwise into the copy. */
export async function writePast(
  walletId: string,
  past: Past[],
  copied = true,
): Promise<EntryRow[]> {
  const { rows, balances } = chained(past)
  const wallet = { projectId: testProject, walletId }
  await runInDurableObject(stubOf(walletId), (object: WalletObject, state) => {
    const storage = new WalletStorage(state.storage.sql)
    const inside = object as unknown as { storage: WalletStorage }
    inside.storage.copied = storage.copied = rows.length
    const reads = new WalletReads(storage, new HoldStorage(state.storage.sql))
    state.storage.transactionSync(() => {
      storage.open(wallet)
      for (const row of rows) storage.insertEntry(row)
      for (const { currency, ...balance } of balances) storage.setBalance(currency, balance)
    })
    reads.checkpoint()
  })
  for (let first = 0; first < (copied ? rows.length : 0); first += 50) {
    await copyEntries(bindings.WALLET_DB, wallet, rows.slice(first, first + 50))
  }
  return rows
}
