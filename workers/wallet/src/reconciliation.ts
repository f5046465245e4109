/** Reconciliation runs: a visit to every wallet of a project each day, a bounded part of it a minute. */
import { now } from '@coinop/shared/clock'
import { and, asc, eq, gt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { reconciliationDifferences, reconciliations } from './audit-schema.ts'
import type { Difference, Fold } from './fold.ts'
import { projects, startOfDay } from './proof-sweep.ts'
import { reconcileWallet } from './reconcile-wallet.ts'
import { accounts } from './schema.ts'

export type ReconciliationRow = typeof reconciliations.$inferSelect

/** Each takes about six calls, and a run of the sweep may make a thousand. */
const walletsPerRun = 150
const entriesPerRun = 20_000
const projectsPerRun = 20
/** Of one wallet in one run; how many there were more stands in the run. */
const differencesKeptPerWallet = 20

/** Behind which wallet to go on, or where inside it. */
type Next = { after: string; within?: { walletId: string; fold: Fold } }
type Budget = { wallets: number; entries: number }

export async function sweepReconciliations(env: WalletEnv): Promise<void> {
  const due = await env.WALLET_DB.prepare(
    `SELECT p.project_id FROM (${projects}) AS p
     LEFT JOIN reconciliations AS r ON r.project_id = p.project_id AND r.number = (
       SELECT max(number) FROM reconciliations WHERE project_id = p.project_id)
     WHERE (r.number IS NULL OR r.finished_at IS NULL OR r.started_at < ?)
       AND EXISTS (SELECT 1 FROM accounts WHERE project_id = p.project_id)
       AND NOT EXISTS (SELECT 1 FROM rebuilds WHERE project_id = p.project_id AND finished_at IS NULL)
     ORDER BY coalesce(r.updated_at, 0) LIMIT ?`,
  )
    .bind(startOfDay(), projectsPerRun)
    .all<{ project_id: string }>()
  const budget = { wallets: walletsPerRun, entries: entriesPerRun }
  for (const { project_id: projectId } of due.results) {
    if (budget.wallets <= 0 || budget.entries <= 0) return
    await reconcile(env, projectId, budget)
  }
}

/** Goes on with the run of the project, or begins the next one. */
export async function reconcile(env: WalletEnv, projectId: string, budget: Budget): Promise<void> {
  let run = await currentRun(env.WALLET_DB, projectId)
  while (run.finishedAt === null && budget.wallets > 0 && budget.entries > 0) {
    const next = JSON.parse(run.next) as Next
    const walletId = next.within?.walletId ?? (await walletAfter(env.WALLET_DB, run, next.after))
    const updatedAt = now()
    if (walletId === undefined) {
      await save(env.WALLET_DB, run, { after: { ...run, updatedAt, finishedAt: updatedAt } })
      return
    }
    const from = next.within && { from: next.within.fold }
    const wallet = { projectId, walletId }
    const visit = await reconcileWallet(env, wallet, { ...from, budget: budget.entries })
    const { within, differences } = visit
    const onward: Next = within
      ? { after: next.after, within: { walletId, fold: within } }
      : { after: walletId }
    const after = {
      ...run,
      updatedAt,
      wallets: run.wallets + (within ? 0 : 1),
      entries: run.entries + visit.entries,
      differences: run.differences + differences.length,
      next: JSON.stringify(onward),
    }
    if (!(await save(env.WALLET_DB, run, { after, walletId, differences }))) return
    run = after
    budget.wallets -= 1
    budget.entries -= visit.entries
  }
}

async function currentRun(database: D1Database, projectId: string): Promise<ReconciliationRow> {
  const db = drizzle(database)
  const last = await findReconciliation(database, projectId)
  if (last && last.finishedAt === null) return last
  const run = {
    projectId,
    number: (last?.number ?? 0) + 1,
    startedAt: now(),
    updatedAt: now(),
    finishedAt: null,
    wallets: 0,
    entries: 0,
    differences: 0,
    next: JSON.stringify({ after: '' } satisfies Next),
  }
  await db.insert(reconciliations).values(run).onConflictDoNothing()
  return run
}

/** The run of this number, or the newest. */
export async function findReconciliation(
  database: D1Database,
  projectId: string,
  number?: number,
): Promise<ReconciliationRow | undefined> {
  return (
    (await database
      .prepare(
        `SELECT project_id AS projectId, number, started_at AS startedAt, updated_at AS updatedAt,
           finished_at AS finishedAt, wallets, entries, differences, next
         FROM reconciliations WHERE project_id = ?1 AND (?2 IS NULL OR number = ?2) ORDER BY number DESC LIMIT 1`,
      )
      .bind(projectId, number ?? null)
      .first<ReconciliationRow>()) ?? undefined
  )
}

/** What a run found, by wallet. */
export const differencesOf = (
  database: D1Database,
  { projectId, number }: ReconciliationRow,
  limit: number,
): Promise<(Difference & { walletId: string })[]> => {
  const { walletId, what, subject, expected, found } = reconciliationDifferences
  return drizzle(database)
    .select({ walletId, what, subject, expected, found })
    .from(reconciliationDifferences)
    .where(
      and(
        eq(reconciliationDifferences.projectId, projectId),
        eq(reconciliationDifferences.number, number),
      ),
    )
    .orderBy(asc(walletId), asc(what), asc(subject))
    .limit(limit)
}

async function walletAfter(
  database: D1Database,
  { projectId }: ReconciliationRow,
  after: string,
): Promise<string | undefined> {
  const [row] = await drizzle(database)
    .select({ walletId: accounts.walletId })
    .from(accounts)
    .where(and(eq(accounts.projectId, projectId), gt(accounts.walletId, after)))
    .orderBy(asc(accounts.walletId))
    .limit(1)
  return row?.walletId
}

type Progress = { after: ReconciliationRow; walletId?: string; differences?: Difference[] }

/** False when another run of the sweep has been here meanwhile: then nothing is counted twice. */
async function save(
  database: D1Database,
  before: ReconciliationRow,
  { after, walletId = '', differences = [] }: Progress,
): Promise<boolean> {
  const { projectId, number } = before
  const db = drizzle(database)
  // Found twice it is written once, and it is never counted without being there.
  const kept = differences.slice(0, differencesKeptPerWallet)
  const inserts = kept.map((difference) =>
    db
      .insert(reconciliationDifferences)
      .values({ projectId, number, walletId, ...difference })
      .onConflictDoNothing(),
  )
  const [first, ...others] = inserts
  if (first) await db.batch([first, ...others])
  const moved = await db
    .update(reconciliations)
    .set(after)
    .where(
      and(
        eq(reconciliations.projectId, projectId),
        eq(reconciliations.number, number),
        eq(reconciliations.next, before.next),
        eq(reconciliations.updatedAt, before.updatedAt),
      ),
    )
  return moved.meta.changes > 0
}
