/** Fills WALLET_DB and the event log from wallets' entries. Keyed by (wallet, seq): filling twice changes nothing. */
import { appendMax } from '@coinop/shared/events'
import { derivedId } from '@coinop/shared/ids'
import { getTableColumns, getTableName } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { eventOf } from './events.ts'
import type { EntryRow } from './ledger-rules.ts'
import { entries, transactions } from './schema.ts'
import { accountColumns } from './supply.ts'
import type { WalletReference } from './wallet-storage.ts'

/** Consecutive entries of one wallet. */
export type Copy = { wallet: WalletReference; rows: EntryRow[] }

/** Copies and announces: both may be repeated. */
export async function projectEntries(
  env: Pick<WalletEnv, 'WALLET_DB' | 'EVENTS_APPENDS'>,
  wallet: WalletReference,
  rows: EntryRow[],
): Promise<void> {
  await copyEntries(env.WALLET_DB, wallet, rows)
  await announceEntries(env.EVENTS_APPENDS, [{ wallet, rows }])
}

export const copyEntries = (database: D1Database, wallet: WalletReference, rows: EntryRow[]) =>
  copyWallets(database, [{ wallet, rows }])

/**
 * Copies entries of several wallets, each at most once, to D1: all or none, in four statements however many they are. The
 * balances are those after the last of them and no later ones, so that the copy is at every moment what the ledger once was,
 * and its sums are 0.
 */
export async function copyWallets(database: D1Database, copies: Copy[]): Promise<void> {
  const all = copies.filter(({ rows }) => rows.length > 0)
  if (all.length === 0) return
  const made = all.flatMap(({ wallet, rows }) => rows.map((row) => ({ ...wallet, ...row })))
  const bound = (query: string, values: unknown[][]) =>
    database.prepare(query).bind(JSON.stringify(values))
  await database.batch([
    bound(insertEntries, made.map(entryValues)),
    bound(upsertTransactions, transactionsOf(all).map(transactionValues)),
    bound(upsertBalances, all.flatMap(balanceFigures)),
    // The accounts last: what they say before is where the balances have counted to.
    bound(upsertAccounts, all.map(accountFigures)),
  ])
}

/** The last entry that the copy of a wallet has. */
export async function lastCopied(
  database: D1Database,
  { projectId, walletId }: WalletReference,
): Promise<number> {
  const seq = await database
    .prepare('SELECT last_seq FROM accounts WHERE project_id = ? AND wallet_id = ?')
    .bind(projectId, walletId)
    .first<number>('last_seq')
  return seq ?? 0
}

/** Each append is of one project, and no longer than the log takes. */
export async function announceEntries(
  events: WalletEnv['EVENTS_APPENDS'],
  copies: Copy[],
): Promise<void> {
  for (const [projectId, ofProject] of Map.groupBy(copies, ({ wallet }) => wallet.projectId)) {
    const all = ofProject.flatMap(({ wallet, rows }) =>
      rows.map((row) => announcement(wallet, row)),
    )
    for (let first = 0; first < all.length; first += appendMax) {
      await events.append(projectId, all.slice(first, first + appendMax))
    }
  }
}

/** A query of drizzle's as D1 takes it, to stand in one batch with others. */
export const prepared = (
  database: D1Database,
  { sql: text, params }: { sql: string; params: unknown[] },
) => database.prepare(text).bind(...params)

/** Rows arrive as one bound value, an array of arrays in JSON, for D1 allows 100. */
const given = (position: number) => `value ->> ${position}`

function insertOf(table: SQLiteTable, onConflict: string) {
  const columns = Object.entries(getTableColumns(table))
  const names = columns.map(([, { name }]) => name).join(', ')
  const values = columns.map((_, position) => given(position)).join(', ')
  const query = `INSERT INTO ${getTableName(table)} (${names})
    SELECT ${values} FROM json_each(?1) WHERE true ${onConflict}`
  const valuesOf = (row: Record<string, unknown>) => columns.map(([key]) => row[key])
  return { query, valuesOf }
}

const { query: insertEntries, valuesOf: entryValues } = insertOf(entries, 'ON CONFLICT DO NOTHING')

/**
 * The sender's entry opens a transfer, the recipient's completes it, a refund undoes it; all others are complete at once. The
 * same row whichever wallet is copied first: the earlier time, and the status that is final.
 */
const { query: upsertTransactions, valuesOf: transactionValues } = insertOf(
  transactions,
  `ON CONFLICT (project_id, id, kind) DO UPDATE
  SET status = CASE WHEN status = 'pending' THEN excluded.status ELSE status END, at = min(at, excluded.at)
  WHERE at > excluded.at OR (status = 'pending' AND excluded.status <> 'pending')`,
)

/** The rows that entries make; the two halves of a transfer that are copied together make one. A hold moves nothing until it is captured. */
function transactionsOf(copies: Copy[]): Transaction[] {
  const found = new Map<string, Transaction>()
  for (const { wallet, rows } of copies) {
    for (const row of rows) {
      if (row.amount === 0) continue
      const made = transactionOf(wallet, row)
      const name = JSON.stringify([made.projectId, made.id, made.kind])
      const known = found.get(name)
      found.set(name, known ? joined(known, made) : made)
    }
  }
  return [...found.values()]
}

const joined = (one: Transaction, other: Transaction): Transaction => ({
  ...one,
  status: one.status === 'pending' ? other.status : one.status,
  at: Math.min(one.at, other.at),
})

const columns = Object.values(accountColumns)
const sums = Object.keys(accountColumns).map(
  (account) => `coalesce(-sum(amount) FILTER (WHERE counter_account = '${account}'), 0)`,
)
const added = columns.map((column) => `${column} = balances.${column} + excluded.${column}`)

/** What is given of each wallet, and where its copy has got to. A batch that leaves a gap counts nothing: it waits for a rebuild. */
const figuresOf = (names: string[]) => `
  WITH given AS MATERIALIZED (
    SELECT ${names.map((name, position) => `${given(position)} AS ${name}`).join(', ')} FROM json_each(?1)),
  figures AS MATERIALIZED (
    SELECT given.*, coalesce(accounts.last_seq, 0) AS copied
    FROM given LEFT JOIN accounts
    ON accounts.project_id = given.project AND accounts.wallet_id = given.wallet)`

const accountFigures = ({ wallet, rows }: Copy) => {
  const [first, last] = [rows[0]!, rows.at(-1)!]
  return [wallet.projectId, wallet.walletId, first.seq, last.seq, last.hash, first.at]
}

const upsertAccounts = `${figuresOf(['project', 'wallet', 'first', 'last', 'hash', 'at'])}
  INSERT INTO accounts (project_id, wallet_id, last_seq, last_hash, created_at)
  SELECT project, wallet, last, hash, at FROM figures WHERE copied >= first - 1
  ON CONFLICT (project_id, wallet_id) DO UPDATE
  SET last_seq = excluded.last_seq, last_hash = excluded.last_hash,
    created_at = iif(accounts.last_seq = 0, excluded.created_at, accounts.created_at)
  WHERE accounts.last_seq < excluded.last_seq`

const balanceFigures = (copy: Copy) => {
  const [project, wallet, first, last] = accountFigures(copy)
  const lastOfCurrency = new Map(copy.rows.map((row) => [row.currency, row]))
  return [...lastOfCurrency.values()].map((row) => {
    return [project, wallet, first, last, row.currency, row.balanceAfter, row.heldAfter]
  })
}

/** The other side of the entries that the account has not counted yet is added; all older ones are in already. */
const upsertBalances = `${figuresOf(['project', 'wallet', 'first', 'last', 'code', 'now_posted', 'now_held'])}
  INSERT INTO balances (project_id, wallet_id, currency, posted, held, seq, ${columns.join(', ')})
  SELECT project, wallet, code, now_posted, now_held, last, ${sums.join(', ')}
  FROM figures LEFT JOIN entries ON entries.project_id = project AND entries.wallet_id = wallet
    AND entries.currency = code AND entries.seq > copied AND entries.seq <= last
  WHERE copied >= first - 1
  GROUP BY project, wallet, code
  ON CONFLICT (project_id, wallet_id, currency) DO UPDATE
  SET posted = excluded.posted, held = excluded.held, seq = excluded.seq, ${added.join(', ')}
  WHERE balances.seq < excluded.seq`

type Transaction = ReturnType<typeof transactionOf>
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
