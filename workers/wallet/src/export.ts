/** The whole ledger of a project as it was at a proof, out of the wallets themselves, page by page. */
import type { Caller } from '@coinop/shared/caller'
import { z } from 'zod'
import {
  addLine,
  endLine,
  entryLine,
  firstSeal,
  ledgerLine,
  type Lines,
  walletLine,
} from './export-lines.ts'
import { walletOf } from './movements.ts'
import { type Head, headsPerChunk, pathOf } from './proof-rules.ts'
import { type ProofRow, readChunk, rootsOf } from './proofs.ts'

/** Where a page begins: the next wallet, the last entry of it that is written, and the seal before. */
export const ExportPosition = z.object({
  number: z.int(),
  index: z.int(),
  seq: z.int(),
  entries: z.int(),
  seal: z.string(),
})
export type ExportPosition = z.infer<typeof ExportPosition>
export type ExportPage = { text: string; next: ExportPosition | null }

const walletsPerPage = 100
const entriesPerPage = 2_000
const entriesPerRead = 500

export const beginning = (number: number): ExportPosition => ({
  number,
  index: 0,
  seq: 0,
  entries: 0,
  seal: firstSeal,
})

/** Undefined when the heads of the proof are no longer kept. */
export async function exportPage(
  env: WalletEnv,
  caller: Caller,
  proof: ProofRow,
  from: ExportPosition,
): Promise<ExportPage | undefined> {
  const position = { ...from }
  let lines: Lines = { seal: from.seal, text: '' }
  if (from.index === 0 && from.seq === 0) lines = addLine(lines, ledgerLine(proof))
  const chunk = Math.floor(from.index / headsPerChunk)
  const heads = proof.wallets === 0 ? [] : await readChunk(env.WALLET_DB, proof, chunk)
  if (!heads) return undefined
  const roots = await rootsOf(env.WALLET_DB, proof.projectId, proof.number)
  const end = Math.min(proof.wallets, (chunk + 1) * headsPerChunk, from.index + walletsPerPage)
  const budget = { entries: entriesPerPage }
  while (position.index < end && budget.entries > 0) {
    const head = heads[position.index % headsPerChunk]!
    const wallet = { env, caller, head }
    if (position.seq === 0) {
      const { balances } = await walletOf(env, caller, head[0]).state({ sequence: head[1] })
      const path = pathOf(proof.projectId, position.index, { heads, roots })
      lines = addLine(lines, walletLine({ head, index: position.index, path }, balances))
    }
    lines = await addEntries(wallet, { lines, position, budget })
  }
  if (position.index < proof.wallets) {
    return { text: lines.text, next: { ...position, seal: lines.seal } }
  }
  return { text: addLine(lines, endLine(proof.wallets, position.entries)).text, next: null }
}

type Page = { lines: Lines; position: ExportPosition; budget: { entries: number } }

/** The wallet's entries up to its head, or as many as the page still takes; moves the position on. */
async function addEntries(
  { env, caller, head: [walletId, sequence] }: { env: WalletEnv; caller: Caller; head: Head },
  { lines, position, budget }: Page,
): Promise<Lines> {
  let written = lines
  while (position.seq < sequence && budget.entries > 0) {
    const limit = Math.min(entriesPerRead, sequence - position.seq, budget.entries)
    const query = { towards: 'newer' as const, beyond: position.seq, filter: {}, limit }
    const { rows } = await walletOf(env, caller, walletId).history(query)
    for (const row of rows) written = addLine(written, entryLine(walletId, row))
    budget.entries -= rows.length
    position.entries += rows.length
    position.seq += rows.length
    // The wallet has fewer than the proof says: left to the verifier, who names it.
    if (rows.length < limit) break
  }
  if (budget.entries > 0 || position.seq >= sequence) {
    position.index++
    position.seq = 0
  }
  return written
}
