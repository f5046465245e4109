/** Fills WALLET_DB and the event log from a wallet's entries. Keyed by (wallet, seq): filling twice changes nothing. */
import { derivedId } from '@coinop/shared/ids'
import { drizzle } from 'drizzle-orm/d1'
import { lt, sql } from 'drizzle-orm'
import { eventOf } from './events.ts'
import type { Balance, EntryRow } from './ledger-rules.ts'
import { accounts, balances, entries, transactions } from './schema.ts'
import type { WalletReference } from './wallet-storage.ts'

type Statement = Parameters<ReturnType<typeof drizzle>['batch']>[0][number]

/** Copies and announces: both may be repeated. */
export async function projectEntries(
  env: Pick<WalletEnv, 'WALLET_DB' | 'EVENTS_APPENDS'>,
  wallet: WalletReference,
  rows: EntryRow[],
  current: (Balance & { currency: string })[],
): Promise<void> {
  await copyEntries(env.WALLET_DB, wallet, rows, current)
  await announceEntries(env.EVENTS_APPENDS, wallet, rows)
}

/** `current` are the wallet's balances now, which belong to its newest entry or a later one. */
export async function copyEntries(
  database: D1Database,
  wallet: WalletReference,
  rows: EntryRow[],
  current: (Balance & { currency: string })[],
): Promise<void> {
  const last = rows.at(-1)
  if (!last) return
  const db = drizzle(database)
  const touched = new Set(rows.map((row) => row.currency))
  const statements: Statement[] = [
    ...rows.flatMap((row) => [
      db
        .insert(entries)
        .values({ ...wallet, ...row })
        .onConflictDoNothing(),
      // A hold moves nothing until it is captured.
      ...(row.amount === 0 ? [] : [upsertTransaction(db, wallet, row)]),
    ]),
    ...current
      .filter(({ currency }) => touched.has(currency))
      .map((balance) => upsertBalance(db, wallet, balance, last.seq)),
  ]
  await db.batch([upsertAccount(db, wallet, last), ...statements])
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

type Database = ReturnType<typeof drizzle>

const upsertAccount = (db: Database, wallet: WalletReference, { seq, hash, at }: EntryRow) =>
  db
    .insert(accounts)
    .values({ ...wallet, lastSeq: seq, lastHash: hash, createdAt: at })
    .onConflictDoUpdate({
      target: [accounts.projectId, accounts.walletId],
      set: { lastSeq: seq, lastHash: hash },
      setWhere: lt(accounts.lastSeq, seq),
    })

const upsertBalance = (
  db: Database,
  wallet: WalletReference,
  { currency, posted, held }: Balance & { currency: string },
  seq: number,
) =>
  db
    .insert(balances)
    .values({ ...wallet, currency, posted, held, seq })
    .onConflictDoUpdate({
      target: [balances.projectId, balances.walletId, balances.currency],
      set: { posted, held, seq },
      setWhere: lt(balances.seq, seq),
    })

/** The sender's entry opens a transfer, the recipient's completes it, a refund undoes it; all others are complete at once. */
function upsertTransaction(db: Database, { projectId, walletId }: WalletReference, row: EntryRow) {
  const { transferId: id, currency, at, seq } = row
  const [kind, status] = kindAndStatus(row)
  const other = row.counterparty === '' ? row.counterAccount : row.counterparty
  const leaves = row.amount < 0 || row.kind.endsWith('_refund')
  const [fromAccount, toAccount] = leaves ? [walletId, other] : [other, walletId]
  const amount = Math.abs(row.amount)
  return db
    .insert(transactions)
    .values({ projectId, id, kind, fromAccount, toAccount, currency, amount, status, at, seq })
    .onConflictDoUpdate({
      target: [transactions.projectId, transactions.id, transactions.kind],
      set: { status: sql`excluded.status` },
      setWhere: sql`${transactions.status} = 'pending' AND excluded.status <> 'pending'`,
    })
}

type Status = (typeof transactions.$inferInsert)['status']

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
