/** Transfers between wallets, from the copy in D1: it follows the wallets within about a second. */
import { idBound } from '@coinop/shared/ids'
import type { Transfer } from './model.ts'
import { scannedMax } from './scan.ts'
import { type Listed, transferOf } from './transactions.ts'

export type TransfersQuery = {
  projectId: string
  /** Only transfers from or to this wallet. */
  walletId?: string | undefined
  status?: Transfer['status'] | undefined
  currency?: string | undefined
  /** Milliseconds: at this time or later. */
  from?: number | undefined
  /** Milliseconds: before this time. */
  until?: number | undefined
  limit: number
  /** The position of the last page: a sequence of the wallet, or a transfer's id. */
  after?: string | undefined
}
export type TransfersPage = { transfers: Transfer[]; last: string | null }

type Row = Listed & { seq: number }

const columns =
  't.id, t.kind, t.status, t.from_account AS fromAccount, t.to_account AS toAccount, t.currency, t.amount, t.memo, t.at'
/** How long after its id was made a transfer may have been decided: a bound for the search, the time itself is compared. */
const decidedWithinMilliseconds = 3_600_000

/** Newest first. A page looks at a bounded number of rows, and may so be shorter than its limit although there is more. */
export async function listTransfers(
  database: D1Database,
  query: TransfersQuery,
): Promise<TransfersPage> {
  if (query.walletId !== undefined) return ofWallet(database, query, query.walletId)
  return query.status === 'pending' ? pending(database, query) : ofProject(database, query)
}

/** The conditions that no key serves, with their parameters. */
function conditionsOf({ status, currency, from, until }: TransfersQuery) {
  const all: [string, string | number | undefined][] = [
    ['t.status = ?', status],
    ['t.currency = ?', currency],
    ['t.at >= ?', from],
    ['t.at < ?', until],
  ]
  const set = all.filter(([, value]) => value !== undefined)
  return {
    text: ["t.kind = 'transfer'", ...set.map(([condition]) => condition)].join(' AND '),
    values: set.map(([, value]) => value as string | number),
  }
}

/** Along the wallet's own entries: its transfers in the order it saw them, without an index that every movement pays for. */
async function ofWallet(
  database: D1Database,
  query: TransfersQuery,
  walletId: string,
): Promise<TransfersPage> {
  const { projectId, limit, after } = query
  const head = after === undefined ? await headOf(database, projectId, walletId) : Number(after) - 1
  const lowest = Math.max(1, head - scannedMax + 1)
  const { text, values } = conditionsOf(query)
  const { results } = await database
    .prepare(
      `SELECT ${columns}, e.seq FROM entries AS e
       JOIN transactions AS t ON t.project_id = e.project_id AND t.id = e.transfer_id
       WHERE e.project_id = ? AND e.wallet_id = ? AND e.seq BETWEEN ? AND ?
         AND e.kind IN ('transfer_out', 'transfer_in') AND ${text}
       ORDER BY e.seq DESC LIMIT ?`,
    )
    .bind(projectId, walletId, lowest, head, ...values, limit + 1)
    .all<Row>()
  return pageOf(results, limit, {
    keyOf: ({ seq }) => String(seq),
    end: () => (lowest > 1 ? String(lowest) : null),
  })
}

const headOf = async (database: D1Database, projectId: string, walletId: string) =>
  (await database
    .prepare('SELECT last_seq FROM accounts WHERE project_id = ? AND wallet_id = ?')
    .bind(projectId, walletId)
    .first<number>('last_seq')) ?? 0

/** Along the ids, which sort by time. */
async function ofProject(database: D1Database, query: TransfersQuery): Promise<TransfersPage> {
  const { projectId, from = 0, until, limit, after } = query
  const lowest = idBound('trf', Math.max(0, from - decidedWithinMilliseconds))
  const highest = after ?? (until === undefined ? 'trf_~' : idBound('trf', until + 1_000))
  const looked = `SELECT * FROM transactions WHERE project_id = ? AND id >= ? AND id < ?
    ORDER BY id DESC LIMIT ${scannedMax}`
  const { text, values } = conditionsOf(query)
  const { results } = await database
    .prepare(`SELECT ${columns} FROM (${looked}) AS t WHERE ${text} ORDER BY t.id DESC LIMIT ?`)
    .bind(projectId, lowest, highest, ...values, limit + 1)
    .all<Row>()
  const end = async () => {
    const window = await database
      .prepare(`SELECT count(*) AS count, min(id) AS last FROM (${looked})`)
      .bind(projectId, lowest, highest)
      .first<{ count: number; last: string | null }>()
    return window?.count === scannedMax ? window.last : null
  }
  return pageOf(results, limit, { keyOf: ({ id }) => id, end })
}

/** The unfinished ones are few and have an index of their own. */
async function pending(database: D1Database, query: TransfersQuery): Promise<TransfersPage> {
  const { projectId, limit, after = '~' } = query
  const { text, values } = conditionsOf({ ...query, status: undefined })
  const { results } = await database
    .prepare(
      `SELECT ${columns} FROM transactions AS t INDEXED BY transactions_pending
       WHERE t.status = 'pending' AND t.project_id = ? AND t.id < ? AND ${text}
       ORDER BY t.id DESC LIMIT ?`,
    )
    .bind(projectId, after, ...values, limit + 1)
    .all<Row>()
  return pageOf(results, limit, { keyOf: ({ id }) => id, end: () => null })
}

/** Unfinished ones and unfinished reversals of some, the oldest first, behind the position `at/id`. */
export async function oldestPending(
  database: D1Database,
  projectId: string,
  { after = '0/', limit }: { after: string | undefined; limit: number },
): Promise<(Transfer & { at: number })[]> {
  const [at = '0', id = ''] = after.split('/')
  const { results } = await database
    .prepare(
      `SELECT ${columns} FROM transactions AS t INDEXED BY transactions_pending
       WHERE t.status = 'pending' AND t.project_id = ? AND (t.at, t.id) > (?, ?)
       ORDER BY t.at, t.id LIMIT ?`,
    )
    .bind(projectId, Number(at), id, limit)
    .all<Row>()
  return results.map((row) => ({ ...transferOf(row), at: row.at }))
}

type Ends = { keyOf: (row: Row) => string; end: () => string | null | Promise<string | null> }

async function pageOf(rows: Row[], limit: number, { keyOf, end }: Ends): Promise<TransfersPage> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const full = rows.length > limit && last !== undefined
  return { transfers: shown.map(transferOf), last: full ? keyOf(last) : await end() }
}
