/** A proof per project and day, and the hashing of those that are too large for one request. */
import { now } from '@coinop/shared/clock'
import { createProof, hashProofs } from './proofs.ts'

const dayMilliseconds = 86_400_000
const proofsPerRun = 20
/** About 65,000 wallets. */
const chunksPerRun = 64

/** Every project that ever made a currency, and so may have wallets. */
export const projects = 'SELECT DISTINCT project_id FROM currencies'

/** The beginning of the day, in UTC: what is done daily is due when it was not done since. */
export const startOfDay = (): number => now() - (now() % dayMilliseconds)

export async function sweepProofs({ WALLET_DB: database }: WalletEnv): Promise<void> {
  const due = await database
    .prepare(
      `SELECT project_id FROM (${projects}) AS p
       WHERE coalesce((SELECT at FROM proofs WHERE project_id = p.project_id ORDER BY number DESC LIMIT 1), 0) < ?
         AND EXISTS (SELECT 1 FROM accounts WHERE project_id = p.project_id)
         AND NOT EXISTS (SELECT 1 FROM rebuilds WHERE project_id = p.project_id AND finished_at IS NULL) LIMIT ?`,
    )
    .bind(startOfDay(), proofsPerRun)
    .all<{ project_id: string }>()
  for (const { project_id: projectId } of due.results) {
    await createProof(database, projectId, () => Promise.resolve([]))
  }
  const unfinished = await database
    .prepare(
      `SELECT project_id, min(at) AS at FROM proofs INDEXED BY proofs_unfinished WHERE hash IS NULL
       GROUP BY project_id ORDER BY at LIMIT ?`,
    )
    .bind(chunksPerRun)
    .all<{ project_id: string }>()
  let left = chunksPerRun
  for (const { project_id: projectId } of unfinished.results) {
    if (left <= 0) return
    left = await hashProofs(database, projectId, left)
  }
}
