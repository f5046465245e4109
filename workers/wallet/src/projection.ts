/** Fills WALLET_DB and the event log from a wallet's entries. Keyed by (wallet, seq): filling twice changes nothing. */
import { derivedId } from '@coinop/shared/ids'
import { drizzle } from 'drizzle-orm/d1'
import { sql } from 'drizzle-orm'
import { eventOf } from './events.ts'
import type { EntryRow } from './ledger-rules.ts'
import { entries, transactions } from './schema.ts'
import { accountColumns } from './supply.ts'
import type { WalletReference } from './wallet-storage.ts'

/** Copies and announces: both may be repeated. */
export async function projectEntries(
  env: Pick<WalletEnv, 'WALLET_DB' | 'EVENTS_APPENDS'>,
  wallet: WalletReference,
  rows: EntryRow[],
): Promise<void> {
  await copyEntries(env.WALLET_DB, wallet, rows)
  await announceEntries(env.EVENTS_APPENDS, wallet, rows)
}

/**
 * Copies consecutive entries to D1, all or none. The balances are those after the last of them and no later ones, so that
 * the copy is at every moment what the ledger once was, and its sums are 0.
 */
export async function copyEntries(
  database: D1Database,
  wallet: WalletReference,
  rows: EntryRow[],
): Promise<void> {
  const [first, last] = [rows[0], rows.at(-1)]
  if (!first || !last) return
  const db = drizzle(database)
  const lastOfCurrency = new Map(rows.map((row) => [row.currency, row]))
  const made = rows.flatMap((row) => [
    db
      .insert(entries)
      .values({ ...wallet, ...row })
      .onConflictDoNothing(),
    // A hold moves nothing until it is captured.
    ...(row.amount === 0 ? [] : [upsertTransaction(db, wallet, row)]),
  ])
  const counting = [...lastOfCurrency.values()].map((row) => {
    const figures = [row.currency, row.balanceAfter, row.heldAfter, last.seq, first.seq]
    return database.prepare(upsertBalance).bind(wallet.projectId, wallet.walletId, ...figures)
  })
  const head = [last.seq, last.hash, first.at, first.seq]
  await database.batch([
    ...made.map((query) => prepared(database, query.toSQL())),
    ...counting,
    // The account last: what it says before is where the balances have counted to.
    database.prepare(upsertAccount).bind(wallet.projectId, wallet.walletId, ...head),
  ])
}

export async function announceEntries(
  events: WalletEnv['EVENTS_APPENDS'],
  wallet: WalletReference,
  rows: EntryRow[],
): Promise<void> {
  if (rows.length === 0) return
  await events.append(
    wallet.projectId,
    rows.map((row) => announcement(wallet, row)),
  )
}

/** A query of drizzle's as D1 takes it, to stand in one batch with others. */
export const prepared = (
  database: D1Database,
  { sql: text, params }: { sql: string; params: unknown[] },
) => database.prepare(text).bind(...params)

type Database = ReturnType<typeof drizzle>

/** Where the copy of the wallet has got to. A batch that leaves a gap counts nothing: it waits for a rebuild. */
const copiedTo =
  'coalesce((SELECT last_seq FROM accounts WHERE project_id = ?1 AND wallet_id = ?2), 0)'

const upsertAccount = `
  INSERT INTO accounts (project_id, wallet_id, last_seq, last_hash, created_at)
  SELECT ?1, ?2, ?3, ?4, ?5 WHERE ${copiedTo} >= ?6 - 1
  ON CONFLICT (project_id, wallet_id) DO UPDATE
  SET last_seq = excluded.last_seq, last_hash = excluded.last_hash,
    created_at = iif(accounts.last_seq = 0, excluded.created_at, accounts.created_at)
  WHERE accounts.last_seq < excluded.last_seq`

const columns = Object.values(accountColumns)
const sums = Object.keys(accountColumns).map(
  (account) => `coalesce(-sum(amount) FILTER (WHERE counter_account = '${account}'), 0)`,
)
const added = columns.map((column) => `${column} = balances.${column} + excluded.${column}`)

/** The other side of the entries that the account has not counted yet is added; all older ones are in already. */
const upsertBalance = `
  INSERT INTO balances (project_id, wallet_id, currency, posted, held, seq, ${columns.join(', ')})
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ${sums.join(', ')} FROM entries
  WHERE project_id = ?1 AND wallet_id = ?2 AND currency = ?3 AND seq > ${copiedTo} AND seq <= ?6
  HAVING ${copiedTo} >= ?7 - 1
  ON CONFLICT (project_id, wallet_id, currency) DO UPDATE
  SET posted = excluded.posted, held = excluded.held, seq = excluded.seq, ${added.join(', ')}
  WHERE balances.seq < excluded.seq`

type Status = (typeof transactions.$inferSelect)['status']

/** The row that an entry makes, or shares with the other half of its transfer. */
export function transactionOf({ projectId, walletId }: WalletReference, row: EntryRow) {
  const { transferId: id, currency, at, memo } = row
  const [kind, status] = kindAndStatus(row)
  const other = row.counterparty === '' ? row.counterAccount : row.counterparty
  const leaves = row.amount < 0 || row.kind.endsWith('_refund')
  const accounts = { fromAccount: leaves ? walletId : other, toAccount: leaves ? other : walletId }
  const amount = Math.abs(row.amount)
  // Two wallets share the row of a movement between them: it would stand elsewhere in each.
  const seq = row.counterparty === '' ? row.seq : null
  return { projectId, id, kind, ...accounts, currency, amount, status, at, memo, seq }
}

/** The sender's entry opens a transfer, the recipient's completes it, a refund undoes it; all others are complete at once. */
const upsertTransaction = (db: Database, wallet: WalletReference, row: EntryRow) =>
  db
    .insert(transactions)
    .values(transactionOf(wallet, row))
    .onConflictDoUpdate({
      target: [transactions.projectId, transactions.id, transactions.kind],
      // The same row whichever wallet is copied first: the earlier time, and the status that is final.
      set: {
        status: sql`CASE WHEN status = 'pending' THEN excluded.status ELSE status END`,
        at: sql`min(at, excluded.at)`,
      },
      setWhere: sql`at > excluded.at OR (status = 'pending' AND excluded.status <> 'pending')`,
    })

/** Between two wallets both entries share a row; a reversal is a row of its own, with the id of what it undoes. */
function kindAndStatus({ kind, counterparty }: EntryRow): [string, Status] {
  const [name, direction] = kind.split('_')
  if (direction === undefined) return [kind, 'completed']
  if (direction === 'refund') return [name!, 'refunded']
  return [name!, direction === 'out' && counterparty !== '' ? 'pending' : 'completed']
}

function announcement({ projectId, walletId }: WalletReference, row: EntryRow) {
  const { seq, transferId, kind, currency, amount, counterAccount, counterparty, at } = row
  return eventOf('wallet.entry.posted', {
    id: derivedId('evt', at, `${projectId}/${walletId}/${seq}`),
    subject: walletId,
    at,
    data: {
      walletId,
      seq,
      transferId,
      kind,
      currency,
      amount,
      counterAccount,
      counterparty,
      balanceAfter: row.balanceAfter,
      heldChange: row.heldChange,
      heldAfter: row.heldAfter,
      hash: row.hash,
    },
  })
}
