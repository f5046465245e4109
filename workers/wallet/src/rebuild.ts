/**
 * Makes the copy in D1 anew out of the wallets, which are the record: a row asks for it, the minutely sweep works on it, and a
 * run that was cut off goes on where it stopped. Movements meanwhile are copied too. What waits is only the lists.
 */
import { systemCaller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { z } from 'zod'
import type { rebuilds } from './audit-schema.ts'
import { digestBeginning, digestOn, type DigestPosition } from './copy-digest.ts'
import { copyEntries } from './projection.ts'

export type RebuildRow = typeof rebuilds.$inferSelect

const Phase = z.enum(['digest_before', 'delete', 'copy', 'digest_after', 'done'])
type Phase = z.infer<typeof Phase>
type Step = Pick<RebuildRow, 'next' | 'wallets' | 'entries' | 'digestBefore' | 'digestAfter'> & {
  phase: Phase
}

/** Rows read, deleted or written by one run of the sweep. */
const rowsPerRun = 20_000
const rowsPerStep = 1_000
const entriesPerBatch = 50
const idsPerRead = 500
/** What a wallet costs however few entries it has: about six calls, and a run of the sweep may make a thousand. */
const rowsPerWallet = 125

/** Works on the oldest request that is not done. */
export async function sweepRebuilds(env: WalletEnv): Promise<void> {
  let left = rowsPerRun
  const ids: string[] = []
  while (left > 0) {
    const row = await oldestUnfinished(env.WALLET_DB)
    if (!row) return
    const { step, rows } = await work[Phase.parse(row.phase)](env, row, ids)
    // Of this project only.
    if (step.phase !== 'copy') ids.length = 0
    if (!(await save(env.WALLET_DB, row, step))) return
    left -= Math.max(1, rows)
  }
}

type Worked = { step: Step; rows: number }
/** `ids` are the wallets that were read and not looked at yet. */
type Work = (env: WalletEnv, row: RebuildRow, ids: string[]) => Promise<Worked>

const digesting =
  (phase: 'digest_before' | 'digest_after', then: Phase): Work =>
  async ({ WALLET_DB }, row) => {
    const position = row.next === '' ? digestBeginning : (JSON.parse(row.next) as DigestPosition)
    const limit = rowsPerStep
    const on = await digestOn(WALLET_DB, row.projectId, { position, limit })
    const { digest } = on.position
    if (!on.done) {
      return { step: { ...row, phase, next: JSON.stringify(on.position) }, rows: on.rows }
    }
    const made = phase === 'digest_before' ? { digestBefore: digest } : { digestAfter: digest }
    return { step: { ...row, ...made, phase: then, next: '' }, rows: on.rows }
  }

const work: Record<Phase, Work> = {
  digest_before: digesting('digest_before', 'delete'),
  delete: deleteCopy,
  copy: copyWallets,
  digest_after: digesting('digest_after', 'done'),
  done: (_, row) => Promise.resolve({ step: { ...row, phase: 'done' }, rows: 0 }),
}

const deleted = [
  ['entries', 'wallet_id, seq'],
  ['balances', 'wallet_id, currency'],
  ['transactions', 'id, kind'],
] as const

/** The accounts stay: they say which wallets there are. */
async function deleteCopy({ WALLET_DB }: WalletEnv, row: RebuildRow): Promise<Worked> {
  for (const [table, keys] of deleted) {
    const { meta } = await WALLET_DB.prepare(
      `DELETE FROM ${table} WHERE project_id = ?1 AND (${keys}) IN (
         SELECT ${keys} FROM ${table} WHERE project_id = ?1 LIMIT ${rowsPerStep})`,
    )
      .bind(row.projectId)
      .run()
    if (meta.changes > 0) return { step: { ...row, phase: 'delete' }, rows: rowsPerStep }
  }
  return { step: { ...row, phase: 'copy', next: '' }, rows: 0 }
}

type CopyPosition = { after: string; walletId: string; seq: number }

/** Wallet by wallet; a long one over several runs. */
async function copyWallets(env: WalletEnv, row: RebuildRow, ids: string[]): Promise<Worked> {
  const { projectId } = row
  let { after, walletId, seq }: CopyPosition =
    row.next === '' ? { after: '', walletId: '', seq: 0 } : JSON.parse(row.next)
  if (walletId === '') {
    if (ids.length === 0) ids.push(...(await walletsAfter(env, projectId, after)))
    const found = ids.shift()
    if (found === undefined) return { step: { ...row, phase: 'digest_after', next: '' }, rows: 0 }
    await forget(env.WALLET_DB, projectId, found)
    ;[walletId, seq] = [found, 0]
  }
  const { entries, finished } = await copyOn(env, { projectId, walletId }, seq)
  if (finished && seq + entries === 0) await removeAccount(env.WALLET_DB, projectId, walletId)
  after = finished ? walletId : after
  const next = finished ? { after, walletId: '', seq: 0 } : { after, walletId, seq: seq + entries }
  const wallets = row.wallets + (finished && seq + entries > 0 ? 1 : 0)
  const step = { ...row, phase: 'copy' as const, next: JSON.stringify(next), wallets }
  return {
    step: { ...step, entries: row.entries + entries },
    rows: Math.max(rowsPerWallet, entries),
  }
}

/** The next ids behind `after` of accounts and users together, for a wallet may be missing in either. */
async function walletsAfter(env: WalletEnv, projectId: string, after: string): Promise<string[]> {
  const users = await env.PLAYERS.list(systemCaller(projectId), after, idsPerRead)
  const { results } = await env.WALLET_DB.prepare(
    'SELECT wallet_id FROM accounts WHERE project_id = ? AND wallet_id > ? ORDER BY wallet_id LIMIT ?',
  )
    .bind(projectId, after, idsPerRead)
    .all<{ wallet_id: string }>()
  const known = results.map((row) => row.wallet_id)
  // Behind the end of a full page the other list may have gaps.
  const ends = [users, known].flatMap((ids) => (ids.length === idsPerRead ? ids.slice(-1) : []))
  const end = ends.toSorted((a, b) => (a < b ? -1 : 1))[0] ?? '~'
  return [...new Set([...users, ...known])]
    .filter((id) => id <= end)
    .toSorted((a, b) => (a < b ? -1 : 1))
}

/** From here on the copy of this wallet counts from its first entry, whatever was copied meanwhile. */
const forget = (database: D1Database, projectId: string, walletId: string) =>
  database.batch(
    [
      'DELETE FROM balances WHERE project_id = ? AND wallet_id = ?',
      `UPDATE accounts SET last_seq = 0, last_hash = '' WHERE project_id = ? AND wallet_id = ?`,
    ].map((statement) => database.prepare(statement).bind(projectId, walletId)),
  )

/** Of a wallet without a single entry. */
const removeAccount = (database: D1Database, projectId: string, walletId: string) =>
  database
    .prepare('DELETE FROM accounts WHERE project_id = ? AND wallet_id = ? AND last_seq = 0')
    .bind(projectId, walletId)
    .run()

/** Until there is nothing behind what was written: what comes later is copied by the wallet itself. */
async function copyOn(
  env: WalletEnv,
  wallet: { projectId: string; walletId: string },
  seq: number,
): Promise<{ entries: number; finished: boolean }> {
  const stub = env.WALLETS.getByName(`${wallet.projectId}/${wallet.walletId}`)
  let entries = 0
  while (entries < rowsPerStep) {
    const query = { towards: 'newer' as const, beyond: seq + entries, filter: {} }
    const { rows } = await stub.history({ ...query, limit: entriesPerBatch })
    if (rows.length === 0) return { entries, finished: true }
    await copyEntries(env.WALLET_DB, wallet, rows)
    entries += rows.length
  }
  return { entries, finished: false }
}

const columns = `project_id AS projectId, number, requested_at AS requestedAt, updated_at AS updatedAt,
  finished_at AS finishedAt, phase, next, wallets, entries, digest_before AS digestBefore, digest_after AS digestAfter`

const oldestUnfinished = (database: D1Database) =>
  database
    .prepare(
      `SELECT ${columns} FROM rebuilds INDEXED BY rebuilds_unfinished WHERE finished_at IS NULL
       ORDER BY requested_at LIMIT 1`,
    )
    .first<RebuildRow>()

/** The rebuild of this number, or the newest. */
export const findRebuild = (database: D1Database, projectId: string, number?: number) =>
  database
    .prepare(
      `SELECT ${columns} FROM rebuilds WHERE project_id = ?1 AND (?2 IS NULL OR number = ?2)
       ORDER BY number DESC LIMIT 1`,
    )
    .bind(projectId, number ?? null)
    .first<RebuildRow>()

/** False when another run of the sweep has been here meanwhile; its steps are the same, so nothing is lost. */
async function save(database: D1Database, before: RebuildRow, step: Step): Promise<boolean> {
  const { phase, next, wallets, entries, digestBefore, digestAfter } = step
  const finishedAt = phase === 'done' ? now() : null
  const after = [phase, next, wallets, entries, digestBefore, digestAfter, now(), finishedAt]
  const { meta } = await database
    .prepare(
      `UPDATE rebuilds SET phase = ?, next = ?, wallets = ?, entries = ?, digest_before = ?, digest_after = ?,
         updated_at = ?, finished_at = ?
       WHERE project_id = ? AND number = ? AND phase = ? AND next = ? AND finished_at IS NULL`,
    )
    .bind(...after, before.projectId, before.number, before.phase, before.next)
    .run()
  return meta.changes > 0
}
