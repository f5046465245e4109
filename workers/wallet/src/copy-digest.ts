/** A digest of the copy of a project in D1, row by row and bounded: two equal ones, and the copies are equal. */
import { sha256 } from '@coinop/shared/hash'

/** The tables of the copy with their keys inside a project. */
const tables: { name: string; keys: string[]; without?: string }[] = [
  { name: 'accounts', keys: ['wallet_id'] },
  // How far a balance has counted depends on which entries were copied together.
  { name: 'balances', keys: ['wallet_id', 'currency'], without: 'seq' },
  { name: 'entries', keys: ['wallet_id', 'seq'] },
  { name: 'transactions', keys: ['id', 'kind'] },
]

/** Which table, behind which key, and the digest of all rows before. */
export type DigestPosition = { table: number; key: (string | number)[]; digest: string }
export const digestBeginning: DigestPosition = { table: 0, key: [], digest: '' }

/** Goes on over at most `limit` rows; done when `table` is behind the last. */
export async function digestOn(
  database: D1Database,
  projectId: string,
  { position, limit }: { position: DigestPosition; limit: number },
): Promise<{ position: DigestPosition; rows: number; done: boolean }> {
  const table = tables[position.table]
  if (!table) return { position, rows: 0, done: true }
  const { name, keys, without } = table
  const beyond = position.key.length === 0 ? '' : `AND (${keys.join(', ')}) > (?, ?)`
  const single = keys.length === 1 ? beyond.replace('(?, ?)', '(?)') : beyond
  const { results } = await database
    .prepare(
      `SELECT * FROM ${name} WHERE project_id = ? ${single} ORDER BY ${keys.join(', ')} LIMIT ?`,
    )
    .bind(projectId, ...position.key, limit)
    .all<Record<string, string | number>>()
  let { digest } = position
  for (const row of results) {
    const compared = Object.entries(row).filter(([column]) => column !== without)
    digest = sha256(digest + JSON.stringify(compared.map(([, value]) => value)))
  }
  const last = results.at(-1)
  const next =
    results.length < limit || !last
      ? { table: position.table + 1, key: [], digest: sha256(`${digest}${name}`) }
      : { table: position.table, key: keys.map((key) => last[key]!), digest }
  return { position: next, rows: results.length, done: next.table === tables.length }
}
