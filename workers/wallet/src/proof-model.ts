/** Proofs as clients see them. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import { Hash, WalletId } from './model.ts'
import type { Inclusion, ProofRow } from './proofs.ts'
import { Supply, toSupply } from './supply.ts'

const ProofNumber = z.int().min(1).openapi({ description: 'Counts 1, 2, 3 … in the project' })

export const Proof = z
  .strictObject({
    number: ProofNumber,
    status: z.enum(['pending', 'complete']).openapi({
      description: 'pending: the moment is fixed, the hashes follow within minutes',
    }),
    at: z.iso.datetime(),
    wallets: z.int().min(0),
    entries: z.int().min(0),
    totals: z.array(Supply),
    root: Hash.nullable().openapi({ description: 'RFC 6962, over the heads by wallet id' }),
    previousRoot: Hash.nullable(),
    previousHash: Hash.nullable(),
    hash: Hash.nullable().openapi({ description: 'Over all of this and `previousHash`' }),
  })
  .openapi('Proof')
export type Proof = z.infer<typeof Proof>

export const toProof = (row: ProofRow): Proof => ({
  number: row.number,
  status: row.hash === null ? 'pending' : 'complete',
  at: isoTime(row.at),
  wallets: row.wallets,
  entries: row.entries,
  totals: row.totals.map(toSupply),
  root: row.root,
  previousRoot: row.previousRoot,
  previousHash: row.previousHash,
  hash: row.hash,
})

export const InclusionProof = z
  .strictObject({
    projectId: z.string(),
    number: ProofNumber,
    at: z.iso.datetime(),
    wallets: z.int().min(1).openapi({ description: 'Leaves of the tree' }),
    root: Hash,
    walletId: WalletId,
    sequence: z.int().min(1),
    hash: Hash.openapi({ description: 'Of the wallet’s entry with this sequence' }),
    index: z.int().min(0).openapi({ description: 'Of the leaf, from 0' }),
    path: z.array(Hash).openapi({ description: 'Siblings on the way to the root, lowest first' }),
  })
  .openapi('InclusionProof')
export type InclusionProof = z.infer<typeof InclusionProof>

export const toInclusionProof = (
  { projectId, number, at, wallets, root }: ProofRow,
  { head: [walletId, sequence, hash], index, path }: Inclusion,
): InclusionProof => {
  const proof = { projectId, number, at: isoTime(at), wallets, root: root ?? '' }
  return { ...proof, walletId, sequence, hash, index, path }
}
