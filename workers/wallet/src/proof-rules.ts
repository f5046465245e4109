/** What a proof says, and what its hashes are made of: an offline verifier makes the same. Pure. */
import { sha256 } from '@coinop/shared/hash'
import { leafHash, merklePath, merkleRoot } from './merkle.ts'
import type { Totals } from './supply.ts'

/** A wallet as a proof sees it: its id, and the sequence and hash of its newest entry then. */
export type Head = [walletId: string, sequence: number, hash: string]

/** A power of two, so that a full chunk is a complete subtree, and the chunks' roots make the same root as the leaves. */
export const headsPerChunk = 1_024

export const headHash = (projectId: string, [walletId, sequence, hash]: Head): string =>
  leafHash(JSON.stringify([projectId, walletId, sequence, hash]))

export const chunkRoot = (projectId: string, heads: Head[]): string =>
  merkleRoot(heads.map((head) => headHash(projectId, head)))

/** The way from a wallet to the root: inside its chunk, then among the chunks. */
export function pathOf(
  projectId: string,
  index: number,
  { heads, roots }: { heads: Head[]; roots: string[] },
): string[] {
  const inside = merklePath(
    index % headsPerChunk,
    heads.map((head) => headHash(projectId, head)),
  )
  return [...inside, ...merklePath(Math.floor(index / headsPerChunk), roots)]
}

export type Sealed = {
  projectId: string
  number: number
  /** Milliseconds since the epoch. */
  at: number
  wallets: number
  entries: number
  totals: Totals[]
  root: string
  previousHash: string | null
}

/** SHA-256 over the hash of the proof before and every field in this order. */
export const proofHash = (proof: Sealed): string =>
  sha256(
    JSON.stringify([
      proof.previousHash,
      proof.projectId,
      proof.number,
      proof.at,
      proof.wallets,
      proof.entries,
      proof.totals.map(({ currency, wallets, accounts }) => [
        currency,
        wallets,
        Object.entries(accounts),
      ]),
      proof.root,
    ]),
  )
