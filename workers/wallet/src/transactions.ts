/** What ties postings together, as D1 knows it, and as the wallet that sent it knows it better. */
import type { Caller } from '@coinop/shared/caller'
import { isoTime } from '@coinop/shared/clock'
import { and, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Transfer } from './model.ts'
import { toTransfer, walletOf } from './movements.ts'
import { transactions } from './schema.ts'

export type TransactionRow = typeof transactions.$inferSelect

/** One per kind: a round has its stake and its payout, a transfer perhaps its reversal. */
export function findTransactions(
  database: D1Database,
  projectId: string,
  id: string,
): Promise<TransactionRow[]> {
  return drizzle(database)
    .select()
    .from(transactions)
    .where(and(eq(transactions.projectId, projectId), eq(transactions.id, id)))
}

/** The movement of this id; with `walletId` as that wallet knows it now, if it sent it. */
export async function findTransfer(
  env: WalletEnv,
  caller: Caller,
  { id, walletId }: { id: string; walletId?: string | undefined },
): Promise<Transfer | undefined> {
  const rows = await findTransactions(env.WALLET_DB, caller.projectId, id)
  const row = rows.find(({ kind }) => kind === 'transfer') ?? rows[0]
  if (row && walletId && !touches(row, walletId)) return undefined
  const sender = row?.kind === 'transfer' ? row.fromAccount : walletId
  const sent = sender && (await walletOf(env, caller, sender).outgoing(id))
  if (sender && sent && sent.kind === 'transfer') return toTransfer(sender, sent)
  return row && transferOf(row)
}

const touches = ({ fromAccount, toAccount }: TransactionRow, walletId: string) =>
  fromAccount === walletId || toAccount === walletId

export type Listed = Omit<TransactionRow, 'projectId' | 'seq'>

export const transferOf = ({
  id,
  kind,
  status,
  fromAccount,
  toAccount,
  ...row
}: Listed): Transfer => ({
  id,
  kind,
  status,
  from: fromAccount,
  to: toAccount,
  currency: row.currency,
  amount: row.amount,
  memo: row.memo,
  createdAt: isoTime(row.at),
})
