/** The tables of WALLET_DB that say whether the ledger is in order: proofs, reconciliations and rebuilds. */
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** A sum too large for 64 bits: thousands of millions, and what is above them. */
export type SplitSum = [thousandMillions: number, rest: number]
/** Of one currency, as SQL adds it up. */
export type SplitTotals = {
  currency: string
  wallets: SplitSum
  accounts: Record<string, SplitSum>
}

/** One row per proof, chained by `hash`. Root and hash are null until all chunks are hashed. */
export const proofs = sqliteTable(
  'proofs',
  {
    projectId: text('project_id').notNull(),
    number: integer('number').notNull(),
    at: integer('at').notNull(),
    wallets: integer('wallets').notNull(),
    entries: integer('entries').notNull(),
    totals: text('totals', { mode: 'json' }).$type<SplitTotals[]>().notNull(),
    root: text('root'),
    previousRoot: text('previous_root'),
    previousHash: text('previous_hash'),
    hash: text('hash'),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.number] }),
    // Only what is unfinished, for the sweep.
    index('proofs_unfinished')
      .on(table.at)
      .where(sql`hash IS NULL`),
  ],
)

/** The heads that a proof is about, up to 1,024 in a row: a snapshot writes as few rows as that. */
export const proofChunks = sqliteTable(
  'proof_chunks',
  {
    projectId: text('project_id').notNull(),
    number: integer('number').notNull(),
    chunk: integer('chunk').notNull(),
    firstWallet: text('first_wallet').notNull(),
    root: text('root'),
    leaves: text('leaves', { mode: 'json' }).$type<[string, number, string][]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.number, table.chunk] })],
)

/** One row per run: a visit to every wallet of a project, spread over many minutes. `next` is where it goes on. */
export const reconciliations = sqliteTable(
  'reconciliations',
  {
    projectId: text('project_id').notNull(),
    number: integer('number').notNull(),
    startedAt: integer('started_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    finishedAt: integer('finished_at'),
    wallets: integer('wallets').notNull(),
    entries: integer('entries').notNull(),
    differences: integer('differences').notNull(),
    next: text('next').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.number] })],
)

export const reconciliationDifferences = sqliteTable(
  'reconciliation_differences',
  {
    projectId: text('project_id').notNull(),
    number: integer('number').notNull(),
    walletId: text('wallet_id').notNull(),
    what: text('what').notNull(),
    /** Which entry, currency or transfer of the wallet. */
    subject: text('subject').notNull(),
    expected: text('expected').notNull(),
    found: text('found').notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.projectId, table.number, table.walletId, table.what, table.subject],
    }),
  ],
)

/** A request to make the copy anew out of the objects; the minutely cron works on it. `progress` is where it goes on. */
export const rebuilds = sqliteTable(
  'rebuilds',
  {
    projectId: text('project_id').notNull(),
    number: integer('number').notNull(),
    requestedAt: integer('requested_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    finishedAt: integer('finished_at'),
    phase: text('phase').notNull(),
    next: text('next').notNull(),
    wallets: integer('wallets').notNull(),
    entries: integer('entries').notNull(),
    digestBefore: text('digest_before').notNull(),
    digestAfter: text('digest_after').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.number] }),
    index('rebuilds_unfinished')
      .on(table.requestedAt)
      .where(sql`finished_at IS NULL`),
  ],
)
