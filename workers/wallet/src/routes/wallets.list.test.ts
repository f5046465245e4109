import { anonymous, call, otherProject, player, secretKeyWith } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { scannedMax } from '../scan.ts'
import { choices, type Past } from '../test-chain.ts'
import { writePast } from '../test-history.ts'
import { bindings, newUser } from '../test-money.ts'
import { walletsList } from './wallets.list.ts'

type Known = { walletId: string; COIN?: number; GEM?: number }
const known: Known[] = []
const random = choices(7)

const deposit = (currency: string, amount: number): Past => ({
  kind: 'deposit',
  currency,
  amount,
  counterAccount: '@mint',
  counterparty: '',
  at: 1,
})

beforeAll(async () => {
  for (let index = 0; index < 25; index++) {
    const wallet: Known = { walletId: await newUser() }
    if (index % 3 !== 0) wallet.COIN = 1 + random.below(8)
    if (index % 2 === 0 || wallet.COIN === undefined) wallet.GEM = 1 + random.below(100)
    const past = (['COIN', 'GEM'] as const).flatMap((currency) =>
      wallet[currency] === undefined ? [] : [deposit(currency, wallet[currency])],
    )
    await writePast(wallet.walletId, past)
    known.push(wallet)
  }
  known.sort((a, b) => (a.walletId < b.walletId ? 1 : -1))
})

type Item = { walletId: string; balances: { currency: string; posted: number }[] }
async function all(query: Record<string, string>): Promise<Item[]> {
  const found: Item[] = []
  let cursor: string | null = null
  do {
    const { status, body } = await call(walletsList, {
      query: { limit: '4', ...query, ...(cursor !== null && { cursor }) },
    })
    expect(status).toBe(200)
    found.push(...body.data)
    cursor = body.nextCursor
  } while (cursor !== null)
  return found
}
const ids = (wallets: { walletId: string }[]) => wallets.map(({ walletId }) => walletId)

describe('wallets.list', () => {
  test('200 newest: every wallet once, with all its balances', async () => {
    const found = await all({})
    expect(ids(found)).toEqual(ids(known))
    for (const [index, { balances }] of found.entries()) {
      const lines = balances.map(({ currency, posted }) => [currency, posted])
      const { walletId: _, ...expected } = known[index]!
      expect(lines).toEqual(Object.entries(expected))
    }
  })

  test('200 newest with a currency and a minimum: what a plain array says', async () => {
    for (const currency of ['COIN', 'GEM', 'NONE'] as ('COIN' | 'GEM')[]) {
      for (const minimum of [0, 4, 50]) {
        const found = await all({ currency, minimumBalance: String(minimum) })
        const expected = known.filter((each) => (each[currency] ?? -1) >= minimum)
        expect(ids(found), `${currency} ${minimum}`).toEqual(ids(expected))
      }
    }
  })

  test('200 richest: by balance, equal ones once each, above the minimum only', async () => {
    for (const minimum of [0, 3]) {
      const query = { sort: 'richest', currency: 'COIN', minimumBalance: String(minimum) }
      const expected = known
        .filter((each) => each.COIN !== undefined && each.COIN >= minimum)
        .toSorted((a, b) => b.COIN! - a.COIN! || (a.walletId < b.walletId ? 1 : -1))
      expect(ids(await all(query))).toEqual(ids(expected))
    }
  })

  test('a page of the richest reads as many rows among 5,000 wallets as among few', async () => {
    await bindings.WALLET_DB.batch([
      bindings.WALLET_DB.prepare(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
         INSERT INTO accounts SELECT 'prj_many', printf('usr_%05d', i), 1, '', 1 FROM n`,
      ),
      bindings.WALLET_DB.prepare(
        `INSERT INTO balances (project_id, wallet_id, currency, posted, held, seq)
         SELECT project_id, wallet_id, 'COIN', 1 + (last_seq * 7919) % 100, 0, 1 FROM accounts
         WHERE project_id = 'prj_many'`,
      ),
    ])
    const { meta } = await bindings.WALLET_DB.prepare(
      `SELECT b.wallet_id FROM balances AS b INDEXED BY balances_richest
       JOIN accounts AS a ON a.project_id = b.project_id AND a.wallet_id = b.wallet_id
       WHERE b.project_id = 'prj_many' AND b.currency = 'COIN' AND b.posted >= 0
         AND b.posted <= 90 AND (b.posted, b.wallet_id) < (90, 'usr_04000')
       ORDER BY b.posted DESC, b.wallet_id DESC LIMIT 21`,
    ).all()
    expect(meta.rows_read).toBeLessThanOrEqual(3 * 21)
    expect(scannedMax).toBeLessThan(5_000)
  })

  test('400 invalid_request: richest and a minimum need a currency; a cursor keeps its filter', async () => {
    const query: Record<string, string>[] = [{ sort: 'richest' }, { minimumBalance: '1' }]
    for (const each of query) {
      expect(await call(walletsList, { query: each })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/query/currency' }] },
      })
    }
    const { body } = await call(walletsList, { query: { limit: '1' } })
    const other = { limit: '1', currency: 'COIN', cursor: body.nextCursor }
    expect(await call(walletsList, { query: other })).toMatchObject({ status: 400 })
    for (const minimumBalance of ['-1', '1.5', 'x']) {
      const bad = { currency: 'COIN', minimumBalance }
      expect(await call(walletsList, { query: bad })).toMatchObject({ status: 400 })
    }
  })

  test('nothing of another project; 401 and 403 but for a key with wallet:read', async () => {
    const foreign = await call(walletsList, { caller: { projectId: otherProject } })
    expect(foreign.body.data).toEqual([])
    expect(await call(walletsList, { caller: anonymous() })).toMatchObject({ status: 401 })
    for (const caller of [player('usr_1'), secretKeyWith('wallet:write')]) {
      expect(await call(walletsList, { caller })).toMatchObject({ status: 403 })
    }
  })
})
