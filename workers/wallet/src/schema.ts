/** The tables of WALLET_DB: the queryable copy of the ledger, and the currencies. The record is `WalletObject`. */
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { tradeStatuses } from './trade-rules.ts'

export { auditOutbox } from '@coinop/shared/audit'
export { idempotency } from '@coinop/shared/idempotency'
export {
  proofChunks,
  proofs,
  rebuilds,
  reconciliationDifferences,
  reconciliations,
} from './audit-schema.ts'

export const currencies = sqliteTable(
  'currencies',
  {
    projectId: text('project_id').notNull(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    decimals: integer('decimals').notNull(),
    transferable: integer('transferable', { mode: 'boolean' }).notNull(),
    /** The most that a wallet may hold, in minor units; null for any. */
    cap: integer('cap'),
    /** Set before the first movement: from then on the code and the decimals are for ever. */
    usedAt: integer('used_at'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.code] })],
)

/** Which request a key of `movements.batch` stands for, for ever; what became of its operations is in the wallets. */
export const movementBatches = sqliteTable(
  'movement_batches',
  {
    projectId: text('project_id').notNull(),
    key: text('key').notNull(),
    requestHash: text('request_hash').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.key] })],
)

/** One row per wallet that has an entry. */
export const accounts = sqliteTable(
  'accounts',
  {
    projectId: text('project_id').notNull(),
    walletId: text('wallet_id').notNull(),
    lastSeq: integer('last_seq').notNull(),
    lastHash: text('last_hash').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.walletId] })],
)

export const balances = sqliteTable(
  'balances',
  {
    projectId: text('project_id').notNull(),
    walletId: text('wallet_id').notNull(),
    currency: text('currency').notNull(),
    posted: integer('posted').notNull(),
    held: integer('held').notNull(),
    /** The wallet's sequence that these figures belong to: an older copy never overwrites a newer one. */
    seq: integer('seq').notNull(),
    // What the entries of this wallet and currency have done to each system account: the supply is a sum over these.
    mint: integer('mint').notNull().default(0),
    shop: integer('shop').notNull().default(0),
    house: integer('house').notNull().default(0),
    fees: integer('fees').notNull().default(0),
    burn: integer('burn').notNull().default(0),
    transit: integer('transit').notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.walletId, table.currency] }),
    index('balances_richest').on(table.projectId, table.currency, table.posted),
  ],
)

/**
 * What ties postings together: one row per deposit, charge, stake, payout, reward or transfer. The entries of a transfer
 * share a row of the kind `transfer`, whichever wallet is copied first.
 */
export const transactions = sqliteTable(
  'transactions',
  {
    projectId: text('project_id').notNull(),
    id: text('id').notNull(),
    kind: text('kind').notNull(),
    fromAccount: text('from_account').notNull(),
    toAccount: text('to_account').notNull(),
    currency: text('currency').notNull(),
    amount: integer('amount').notNull(),
    status: text('status', { enum: ['pending', 'completed', 'refunded'] }).notNull(),
    at: integer('at').notNull(),
    memo: text('memo').notNull().default(''),
    /** Where its entry stands in its wallet; null between two wallets, and in rows older than this column. */
    seq: integer('seq'),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.id, table.kind] }),
    // Only what is unfinished, for the sweep: a finished row costs no index write.
    index('transactions_pending')
      .on(table.at)
      .where(sql`status = 'pending'`),
  ],
)

export const entries = sqliteTable(
  'entries',
  {
    projectId: text('project_id').notNull(),
    walletId: text('wallet_id').notNull(),
    seq: integer('seq').notNull(),
    transferId: text('transfer_id').notNull(),
    kind: text('kind').notNull(),
    currency: text('currency').notNull(),
    amount: integer('amount').notNull(),
    counterAccount: text('counter_account').notNull(),
    counterparty: text('counterparty').notNull(),
    balanceAfter: integer('balance_after').notNull(),
    memo: text('memo').notNull(),
    actor: text('actor').notNull(),
    at: integer('at').notNull(),
    previousHash: text('previous_hash').notNull(),
    hash: text('hash').notNull(),
    heldChange: integer('held_change').notNull().default(0),
    heldAfter: integer('held_after').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.walletId, table.seq] })],
)

/** A trade as each of its two players lists it. `TradeObject` is the record. */
export const trades = sqliteTable(
  'trades',
  {
    projectId: text('project_id').notNull(),
    userId: text('user_id').notNull(),
    tradeId: text('trade_id').notNull(),
    partnerId: text('partner_id').notNull(),
    isInitiator: integer('is_initiator', { mode: 'boolean' }).notNull(),
    status: text('status', { enum: tradeStatuses }).notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    /** When its object has work to do; null when it has none, and in the partner's row. */
    dueAt: integer('due_at'),
    /** The length of the history that this row tells of: an older copy never overwrites a newer one. */
    revision: integer('revision').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.userId, table.tradeId] }),
    index('trades_by_status').on(table.projectId, table.userId, table.status, table.tradeId),
    index('trades_due')
      .on(table.dueAt)
      .where(sql`due_at IS NOT NULL`),
  ],
)
