/** One wallet of a reconciliation: its entries against its balances, and all of it against the copy in D1. */
import { now } from '@coinop/shared/clock'
import { and, between, eq, inArray, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { addToFold, compared, type Difference, emptyFold, type Fold } from './fold.ts'
import type { EntryRow } from './ledger-rules.ts'
import { transactionOf } from './projection.ts'
import { accounts, balances, entries, transactions } from './schema.ts'
import { accountColumns } from './supply.ts'
import type { WalletState } from './wallet-reads.ts'
import type { WalletReference } from './wallet-storage.ts'

const entriesPerPage = 200
/** A copy that is further behind than this is not just on its way. */
const behindMilliseconds = 600_000

type Copy = {
  lastSeq: number
  lastHash: string
  newestEntry: number
  balances: (typeof balances.$inferSelect)[]
}
export type Visit = {
  entries: number
  differences: Difference[]
  /** Where to go on when the history was longer than the budget. */
  within: Fold | null
}

/** Looks at up to `budget` entries, going on behind `from`. */
export async function reconcileWallet(
  env: WalletEnv,
  wallet: WalletReference,
  { from = emptyFold, budget }: { from?: Fold; budget: number },
): Promise<Visit> {
  // The copy first: whatever it has, the wallet has by then.
  const copy = await readCopy(env.WALLET_DB, wallet)
  const stub = env.WALLETS.getByName(`${wallet.projectId}/${wallet.walletId}`)
  const state = await stub.recorded()
  const differences: Difference[] = []
  let fold = from
  let atCopy = from.seq === copy.lastSeq ? from : undefined
  for (let looked = 0; fold.seq < state.sequence; looked = fold.seq - from.seq) {
    if (looked >= budget) return { entries: looked, differences, within: fold }
    const limit = Math.min(entriesPerPage, state.sequence - fold.seq)
    const query = { towards: 'newer' as const, beyond: fold.seq, filter: {}, limit }
    const { rows } = await stub.history(query)
    differences.push(...(await compareWithCopy(env.WALLET_DB, wallet, { rows, copy })))
    for (const row of rows) {
      const added = addToFold(fold, row)
      differences.push(...added.differences)
      fold = added.fold
      if (fold.seq === copy.lastSeq) atCopy = fold
    }
    if (rows.length < limit) break
  }
  differences.push(...compareState(fold, state), ...compareHead(copy, state, atCopy))
  return { entries: fold.seq - from.seq, differences, within: null }
}

/** What D1 says of the wallet, at one moment. */
async function readCopy(
  database: D1Database,
  { projectId, walletId }: WalletReference,
): Promise<Copy> {
  const db = drizzle(database)
  const [[account], [newest], rows] = await db.batch([
    db
      .select()
      .from(accounts)
      .where(and(eq(accounts.projectId, projectId), eq(accounts.walletId, walletId))),
    db
      .select({ seq: sql<number | null>`max(seq)` })
      .from(entries)
      .where(and(eq(entries.projectId, projectId), eq(entries.walletId, walletId))),
    db
      .select()
      .from(balances)
      .where(and(eq(balances.projectId, projectId), eq(balances.walletId, walletId))),
  ])
  return {
    lastSeq: account?.lastSeq ?? 0,
    lastHash: account?.lastHash ?? emptyFold.hash,
    newestEntry: newest?.seq ?? 0,
    balances: rows,
  }
}

/** Entry by entry, and the transfer that each belongs to. */
async function compareWithCopy(
  database: D1Database,
  wallet: WalletReference,
  { rows, copy }: { rows: EntryRow[]; copy: Copy },
): Promise<Difference[]> {
  const [first, last] = [rows[0], rows.at(-1)]
  if (!first || !last) return []
  const { projectId, walletId } = wallet
  const db = drizzle(database)
  const ids = JSON.stringify(rows.map((row) => row.transferId))
  const [copied, made] = await db.batch([
    db
      .select()
      .from(entries)
      .where(
        and(
          eq(entries.projectId, projectId),
          eq(entries.walletId, walletId),
          between(entries.seq, first.seq, last.seq),
        ),
      ),
    db
      .select()
      .from(transactions)
      .where(
        and(
          eq(transactions.projectId, projectId),
          inArray(transactions.id, sql`(SELECT value FROM json_each(${ids}))`),
        ),
      ),
  ])
  const bySeq = new Map(copied.map((row) => [row.seq, row as Record<string, unknown>]))
  const byId = new Map(made.map((row) => [`${row.id} ${row.kind}`, row]))
  return rows
    .filter((row) => row.seq <= copy.lastSeq || now() - row.at > behindMilliseconds)
    .flatMap((row) => [
      ...compareEntry(row, bySeq.get(row.seq)),
      ...(row.amount === 0 ? [] : compareTransaction(wallet, row, byId)),
    ])
}

function compareEntry(row: EntryRow, copied: Record<string, unknown> | undefined): Difference[] {
  const subject = String(row.seq)
  if (!copied) return compared(subject, [['copy_entry', 'present', 'missing']])
  return Object.entries(row)
    .flatMap(([field, value]) =>
      compared(subject, [['copy_entry', `${field} ${value}`, `${field} ${String(copied[field])}`]]),
    )
    .slice(0, 1)
}

function compareTransaction(
  wallet: WalletReference,
  row: EntryRow,
  byId: Map<string, typeof transactions.$inferSelect>,
): Difference[] {
  const expected = transactionOf(wallet, row)
  const found = byId.get(`${expected.id} ${expected.kind}`)
  const text = ({ fromAccount, toAccount, currency, amount, memo }: typeof expected) =>
    JSON.stringify([fromAccount, toAccount, currency, amount, memo])
  if (!found) return compared(row.transferId, [['copy_transfer', text(expected), 'missing']])
  return compared(row.transferId, [
    ['copy_transfer', text(expected), text(found)],
    // The sender cannot know how it ended.
    ['copy_status', expected.status === 'pending' ? found.status : expected.status, found.status],
  ])
}

/** Whether the balances of the wallet are what its entries add up to. */
function compareState(fold: Fold, state: WalletState): Difference[] {
  const stated = new Map(state.balances.map((balance) => [balance.currency, balance]))
  const currencies = new Set([...Object.keys(fold.balances), ...stated.keys()])
  return [
    ...compared('head', [['head', `${state.sequence} ${state.hash}`, `${fold.seq} ${fold.hash}`]]),
    ...[...currencies].flatMap((currency) => {
      const { posted = 0, held = 0 } = fold.balances[currency] ?? {}
      const found = stated.get(currency)
      return compared(currency, [
        ['balance', `${posted} ${held}`, `${found?.posted ?? 0} ${found?.held ?? 0}`],
      ])
    }),
  ]
}

/** Whether the head and the balances of the copy are those that the wallet had there; unknown when that was in an earlier run. */
function compareHead(copy: Copy, state: WalletState, atCopy: Fold | undefined): Difference[] {
  const ahead = Math.max(copy.lastSeq, copy.newestEntry)
  if (ahead > state.sequence) {
    return compared('head', [['copy_head', `at most ${state.sequence}`, ahead]])
  }
  if (!atCopy) return []
  const rows = new Map(copy.balances.map((row) => [row.currency, row]))
  const currencies = new Set([...Object.keys(atCopy.balances), ...rows.keys()])
  const figures = (posted: number, held: number, sums: (string | number)[]) =>
    [posted, held, ...sums].join(' ')
  return [
    ...compared('head', [['copy_head', atCopy.hash, copy.lastHash]]),
    ...[...currencies].flatMap((currency) => {
      const { posted = 0, held = 0, accounts: sums = {} } = atCopy.balances[currency] ?? {}
      const row = rows.get(currency)
      const expected = Object.keys(accountColumns).map((account) => sums[account] ?? 0)
      const found = Object.values(accountColumns).map((column) => row?.[column] ?? 0)
      return compared(currency, [
        [
          'copy_balance',
          figures(posted, held, expected),
          figures(row?.posted ?? 0, row?.held ?? 0, found),
        ],
      ])
    }),
  ]
}
