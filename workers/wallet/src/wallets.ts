/** Wallets: one from its object, as it is or was; lists of them from the copy in D1. */
import type { Caller } from '@coinop/shared/caller'
import { holderExists } from './holders.ts'
import { toBalances, type Wallet } from './model.ts'
import { walletOf } from './movements.ts'
import { scannedMax } from './scan.ts'
import type { CurrencyBalance, Moment } from './wallet-reads.ts'

/** Undefined when nobody of that id exists. */
export async function findWallet(
  env: WalletEnv,
  caller: Caller,
  walletId: string,
  moment?: Moment,
): Promise<Wallet | undefined> {
  if (!(await holderExists(env.PLAYERS, caller, walletId))) return undefined
  const { balances, ...head } = await walletOf(env, caller, walletId).state(moment)
  return { walletId, ...head, balances: toBalances(balances) }
}

export type WalletsQuery = {
  projectId: string
  sort: 'richest' | 'newest'
  currency?: string | undefined
  minimumBalance?: number | undefined
  limit: number
  /** The position of the last page: `walletId`, or `posted/walletId`. */
  after?: string | undefined
}
export type WalletsPage = { wallets: Wallet[]; last: string | null }

type Head = { wallet_id: string; last_seq: number; last_hash: string; posted?: number }
type BalanceRow = CurrencyBalance & { wallet_id: string }

/** `richest` walks an index; `newest` goes through the wallets, newest holder first, and looks at a bounded number. */
export async function listWallets(database: D1Database, query: WalletsQuery): Promise<WalletsPage> {
  const { heads, last } = await (query.sort === 'richest' ? richest : newest)(database, query)
  const ids = JSON.stringify(heads.map((head) => head.wallet_id))
  const { results } = await database
    .prepare(
      `SELECT wallet_id, currency, posted, held FROM balances
       WHERE project_id = ?1 AND wallet_id IN (SELECT value FROM json_each(?2)) ORDER BY wallet_id, currency`,
    )
    .bind(query.projectId, ids)
    .all<BalanceRow>()
  const balancesOf = Map.groupBy(results, (row) => row.wallet_id)
  const wallets = heads.map(({ wallet_id: walletId, last_seq: sequence, last_hash: hash }) => ({
    walletId,
    sequence,
    hash,
    balances: toBalances(balancesOf.get(walletId) ?? []),
  }))
  return { wallets, last }
}

type Heads = { heads: Head[]; last: string | null }

async function richest(
  database: D1Database,
  { projectId, currency = '', minimumBalance = 0, limit, after }: WalletsQuery,
): Promise<Heads> {
  const [posted = String(Number.MAX_SAFE_INTEGER), walletId = '~'] = after?.split('/') ?? []
  const { results } = await database
    .prepare(
      `SELECT b.wallet_id, a.last_seq, a.last_hash, b.posted
       FROM balances AS b INDEXED BY balances_richest
       JOIN accounts AS a ON a.project_id = b.project_id AND a.wallet_id = b.wallet_id
       WHERE b.project_id = ?1 AND b.currency = ?2 AND b.posted >= ?3
         AND b.posted <= ?4 AND (b.posted, b.wallet_id) < (?4, ?5)
       ORDER BY b.posted DESC, b.wallet_id DESC LIMIT ?6`,
    )
    .bind(projectId, currency, minimumBalance, Number(posted), walletId, limit + 1)
    .all<Head>()
  const heads = results.slice(0, limit)
  const last = heads.at(-1)
  const more = results.length > limit && last !== undefined
  return { heads, last: more ? `${last.posted}/${last.wallet_id}` : null }
}

/** A page that ends before its limit goes on behind the last wallet that it looked at. */
async function newest(
  database: D1Database,
  { projectId, currency, minimumBalance, limit, after = '~' }: WalletsQuery,
): Promise<Heads> {
  const looked = `SELECT wallet_id, last_seq, last_hash FROM accounts
    WHERE project_id = ?1 AND wallet_id < ?2 ORDER BY wallet_id DESC LIMIT ${scannedMax}`
  const { results } = await database
    .prepare(
      `SELECT * FROM (${looked}) AS a
       WHERE ?3 IS NULL OR EXISTS (
         SELECT 1 FROM balances AS b WHERE b.project_id = ?1 AND b.wallet_id = a.wallet_id
           AND b.currency = ?3 AND (?4 IS NULL OR b.posted >= ?4))
       ORDER BY wallet_id DESC LIMIT ?5`,
    )
    .bind(projectId, after, currency ?? null, minimumBalance ?? null, limit + 1)
    .all<Head>()
  const heads = results.slice(0, limit)
  if (results.length > limit) return { heads, last: heads.at(-1)?.wallet_id ?? null }
  const end = await database
    .prepare(`SELECT count(*) AS count, min(wallet_id) AS last FROM (${looked})`)
    .bind(projectId, after)
    .first<{ count: number; last: string | null }>()
  return { heads, last: end?.count === scannedMax ? end.last : null }
}
