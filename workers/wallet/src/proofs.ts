/**
 * Proofs: what the heads of all wallets of a project were at one moment, under one root, each proof chained to the one before.
 * The moment is one batch of D1, which writes a row per 1,024 wallets; the hashing follows in bounded steps.
 */
import { now } from '@coinop/shared/clock'
import { isUniqueViolation } from '@coinop/shared/d1'
import { and, asc, desc, eq, isNotNull, isNull } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { proofChunks, proofs } from './audit-schema.ts'
import { merkleRoot } from './merkle.ts'
import { chunkRoot, type Head, headsPerChunk, pathOf, proofHash } from './proof-rules.ts'
import { type Totals, totalsPerCurrency, toTotals } from './supply.ts'

export type ProofRow = Omit<typeof proofs.$inferSelect, 'totals'> & { totals: Totals[] }

export const toProofRow = (row: typeof proofs.$inferSelect): ProofRow => ({
  ...row,
  totals: row.totals.map(toTotals),
})

/** Heads are kept for so many proofs of a project; their roots and hashes for ever. */
const proofsWithHeads = 8

const triesMax = 5

/** Makes the next proof, in one batch with `more`, which is given its number. Two at once get two numbers. */
export async function createProof(
  database: D1Database,
  projectId: string,
  more: (number: number) => Promise<D1PreparedStatement[]>,
): Promise<number> {
  for (let tries = 1; ; tries++) {
    const last = await findProof(database, projectId, { complete: false })
    const number = (last?.number ?? 0) + 1
    try {
      await database.batch([...snapshot(database, projectId, number), ...(await more(number))])
      return number
    } catch (error) {
      if (tries === triesMax || !isUniqueViolation(error, 'proofs')) throw error
    }
  }
}

/** The statements that make proof ?2 of project ?1 at the time ?3, out of the copy as it is at this moment. */
function snapshot(database: D1Database, projectId: string, number: number) {
  const proof = database.prepare(
    `INSERT INTO proofs (project_id, number, at, wallets, entries, totals)
     SELECT ?1, ?2, ?3, count(*), coalesce(sum(last_seq), 0),
       (SELECT json_group_array(json(totals) ORDER BY currency) FROM (${totalsPerCurrency}))
     FROM accounts WHERE project_id = ?1`,
  )
  const chunks = database.prepare(
    `INSERT INTO proof_chunks (project_id, number, chunk, first_wallet, leaves)
     SELECT ?1, ?2, chunk, min(wallet_id),
       json_group_array(json_array(wallet_id, last_seq, last_hash) ORDER BY wallet_id)
     FROM (
       SELECT wallet_id, last_seq, last_hash, (row_number() OVER (ORDER BY wallet_id) - 1) / ${headsPerChunk} AS chunk
       FROM accounts WHERE project_id = ?1)
     GROUP BY chunk`,
  )
  // Never of a proof that is not sealed yet.
  const old = database.prepare(
    `DELETE FROM proof_chunks WHERE project_id = ?1 AND number <= ?2 AND number < (
       SELECT min(number) FROM proofs WHERE project_id = ?1 AND hash IS NULL)`,
  )
  return [
    proof.bind(projectId, number, now()),
    chunks.bind(projectId, number),
    old.bind(projectId, number - proofsWithHeads),
  ]
}

/** The newest proof, or the one of this number; undefined when there is none, or it is not complete and that is asked. */
export async function findProof(
  database: D1Database,
  projectId: string,
  { number, complete = true }: { number?: number | undefined; complete?: boolean } = {},
): Promise<ProofRow | undefined> {
  const [row] = await drizzle(database)
    .select()
    .from(proofs)
    .where(
      and(
        eq(proofs.projectId, projectId),
        number === undefined ? undefined : eq(proofs.number, number),
        complete ? isNotNull(proofs.hash) : undefined,
      ),
    )
    .orderBy(desc(proofs.number))
    .limit(1)
  return row && toProofRow(row)
}

/** Hashes at most `chunks` of them, the oldest unfinished proof first, and seals what is done; answers what is left to do. */
export async function hashProofs(
  database: D1Database,
  projectId: string,
  chunks: number,
): Promise<number> {
  const db = drizzle(database)
  let left = chunks
  while (left > 0) {
    const [proof] = await db
      .select()
      .from(proofs)
      .where(and(eq(proofs.projectId, projectId), isNull(proofs.hash)))
      .orderBy(asc(proofs.number))
      .limit(1)
    if (!proof) return left
    const ofProof = and(eq(proofChunks.projectId, projectId), eq(proofChunks.number, proof.number))
    const rows = await db
      .select({ chunk: proofChunks.chunk, leaves: proofChunks.leaves })
      .from(proofChunks)
      .where(and(ofProof, isNull(proofChunks.root)))
      .orderBy(asc(proofChunks.chunk))
      .limit(Math.min(left, chunksPerRead))
    for (const { chunk, leaves } of rows) {
      const root = chunkRoot(projectId, leaves)
      await db
        .update(proofChunks)
        .set({ root })
        .where(and(ofProof, eq(proofChunks.chunk, chunk)))
    }
    left -= Math.max(1, rows.length)
    if (rows.length === 0) await seal(database, toProofRow(proof))
  }
  return left
}

/** A chunk is about 110 KiB of JSON. */
const chunksPerRead = 16

async function seal(database: D1Database, proof: ProofRow): Promise<void> {
  const { projectId, number } = proof
  const roots = await rootsOf(database, projectId, number)
  const previous = await findProof(database, projectId, { number: number - 1 })
  const root = merkleRoot(roots)
  const previousHash = previous?.hash ?? null
  const hash = proofHash({ ...proof, root, previousHash })
  await drizzle(database)
    .update(proofs)
    .set({ root, hash, previousHash, previousRoot: previous?.root ?? null })
    .where(and(eq(proofs.projectId, projectId), eq(proofs.number, number), isNull(proofs.hash)))
}

/** Of all chunks of a proof, in their order. */
export async function rootsOf(database: D1Database, projectId: string, number: number) {
  const rows = await drizzle(database)
    .select({ root: proofChunks.root })
    .from(proofChunks)
    .where(and(eq(proofChunks.projectId, projectId), eq(proofChunks.number, number)))
    .orderBy(asc(proofChunks.chunk))
  return rows.map(({ root }) => root ?? '')
}

/** The heads of one chunk; undefined when they are no longer kept. */
export async function readChunk(
  database: D1Database,
  { projectId, number }: Pick<ProofRow, 'projectId' | 'number'>,
  chunk: number,
): Promise<Head[] | undefined> {
  const [row] = await drizzle(database)
    .select({ leaves: proofChunks.leaves })
    .from(proofChunks)
    .where(
      and(
        eq(proofChunks.projectId, projectId),
        eq(proofChunks.number, number),
        eq(proofChunks.chunk, chunk),
      ),
    )
  return row?.leaves
}

export type Inclusion = { head: Head; index: number; path: string[] }

/** The chunk of a proof that begins at `walletId` or before it; undefined when the heads are no longer kept. */
export async function findChunk(
  database: D1Database,
  proof: Pick<ProofRow, 'projectId' | 'number'>,
  walletId: string,
): Promise<{ chunk: number; heads: Head[] } | undefined> {
  const row = await database
    .prepare(
      `SELECT chunk, leaves FROM proof_chunks WHERE project_id = ?1 AND number = ?2 AND chunk = (
         SELECT max(chunk) FROM proof_chunks WHERE project_id = ?1 AND number = ?2 AND first_wallet <= ?3)`,
    )
    .bind(proof.projectId, proof.number, walletId)
    .first<{ chunk: number; leaves: string }>()
  return row ? { chunk: row.chunk, heads: JSON.parse(row.leaves) as Head[] } : undefined
}

/** Where a wallet stands in a proof, and the way to its root; undefined when it is not in it. */
export async function findInclusion(
  database: D1Database,
  proof: ProofRow,
  walletId: string,
): Promise<Inclusion | undefined> {
  const found = await findChunk(database, proof, walletId)
  const position = found?.heads.findIndex(([id]) => id === walletId) ?? -1
  if (!found || position < 0) return undefined
  const { projectId, number } = proof
  const index = found.chunk * headsPerChunk + position
  const roots = await rootsOf(database, projectId, number)
  const path = pathOf(projectId, index, { heads: found.heads, roots })
  return { head: found.heads[position]!, index, path }
}
