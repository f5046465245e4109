import { isoTime } from '@coinop/shared/clock'
import { derivedId } from '@coinop/shared/ids'
import { anonymous, call, otherProject, player, testProject } from '@coinop/shared/testing'
import { drizzle } from 'drizzle-orm/d1'
import { beforeAll, describe, expect, test } from 'vitest'
import { entries, transactions } from '../schema.ts'
import { choices } from '../test-chain.ts'
import { bindings } from '../test-money.ts'
import { transfersList } from './transfers.list.ts'

const seed = 42
const start = Date.parse('2026-03-01T00:00:00Z')
const wallets = ['0', '1', '2'].map((last) => `usr_01k9x6c3v5t8r2m4n7p0q1s2t${last}`)
const db = drizzle(bindings.WALLET_DB)

type Row = typeof transactions.$inferSelect
const rows: Row[] = []

/** 80 transfers among three wallets, with a deposit after each, which no list of transfers shows. */
beforeAll(async () => {
  const { below, of } = choices(seed)
  const sequences = new Map<string, number>()
  for (let index = 0; index < 80; index++) {
    const at = start + index * 60_000
    const sender = below(3)
    const [fromAccount, toAccount] = [wallets[sender]!, wallets[(sender + 1 + below(2)) % 3]!]
    const id = derivedId('trf', at, String(index))
    const currency = of(['COIN', 'GEM'])
    const status = of(['completed', 'completed', 'pending', 'refunded'] as const)
    const row = { projectId: testProject, id, kind: 'transfer', fromAccount, toAccount, currency }
    rows.push({
      ...row,
      amount: 1 + index,
      status,
      at: at + of([0, 1, 500]),
      memo: `${index}`,
      seq: null,
    })
    const other = { ...rows.at(-1)!, kind: 'deposit', id: derivedId('trf', at + 1, `d${index}`) }
    await db.insert(transactions).values([rows.at(-1)!, other])
    for (const walletId of [fromAccount, toAccount]) {
      const seq = (sequences.get(walletId) ?? 0) + 1
      sequences.set(walletId, seq)
      await db.insert(entries).values({
        projectId: testProject,
        walletId,
        seq,
        transferId: id,
        kind: walletId === fromAccount ? 'transfer_out' : 'transfer_in',
        currency,
        amount: 1,
        counterAccount: '@transit',
        counterparty: '',
        balanceAfter: 1,
        memo: '',
        actor: '',
        at,
        previousHash: '',
        hash: '',
      })
    }
  }
  for (const [walletId, seq] of sequences) {
    await bindings.WALLET_DB.prepare('INSERT INTO accounts VALUES (?, ?, ?, ?, ?)')
      .bind(testProject, walletId, seq, '', 1)
      .run()
  }
})

type Filter = Partial<Record<'walletId' | 'status' | 'currency' | 'from' | 'until', string>>
const fields = ['walletId', 'status', 'currency', 'from', 'until'] as const

const expected = ({ walletId, status, currency, from, until }: Filter) =>
  rows
    .filter(
      (row) =>
        (walletId === undefined || [row.fromAccount, row.toAccount].includes(walletId)) &&
        (status === undefined || row.status === status) &&
        (currency === undefined || row.currency === currency) &&
        (from === undefined || row.at >= Date.parse(from)) &&
        (until === undefined || row.at < Date.parse(until)),
    )
    .map(({ id }) => id)
    .toReversed()

async function all(query: Record<string, string>, caller = {}): Promise<string[]> {
  const found: string[] = []
  let cursor: string | null = null
  do {
    const { status, body } = await call(transfersList, {
      caller,
      query: { ...query, ...(cursor !== null && { cursor }) },
    })
    expect(status).toBe(200)
    found.push(...body.data.map(({ id }: { id: string }) => id))
    cursor = body.nextCursor
  } while (cursor !== null)
  return found
}

describe('transfers.list', () => {
  test('200 says what a plain array says, for every combination of filters, page by page', async () => {
    const { below, of } = choices(seed + 1)
    for (let bits = 0; bits < 2 ** fields.length; bits++) {
      const time = () => isoTime(rows[below(rows.length)]!.at + of([-1, 0, 1]))
      const values = {
        walletId: of(wallets),
        status: of(['completed', 'pending', 'refunded']),
        currency: of(['COIN', 'GEM']),
        from: time(),
        until: time(),
      }
      const chosen = fields.filter((_, index) => (bits >> index) & 1)
      const filter = Object.fromEntries(chosen.map((field) => [field, values[field]]))
      const limit = String(1 + below(20))
      const what = `seed ${seed}, ${JSON.stringify(filter)}`
      expect(await all({ ...filter, limit }), what).toEqual(expected(filter))
    }
  }, 60_000)

  test('200 shows a player their own, also when they name themselves; 403 for another wallet', async () => {
    const [ada = '', grace = ''] = wallets
    expect(await all({ limit: '50' }, player(ada))).toEqual(expected({ walletId: ada }))
    expect(await all({ limit: '50', walletId: ada }, player(ada))).toHaveLength(
      expected({ walletId: ada }).length,
    )
    const query = { walletId: grace }
    expect(await call(transfersList, { caller: player(ada), query })).toMatchObject({ status: 403 })
  })

  test('nothing of another project, 401 without a credential, 400 invalid_request for nonsense', async () => {
    const foreign = await call(transfersList, { caller: { projectId: otherProject } })
    expect(foreign.body).toEqual({ data: [], nextCursor: null })
    expect(await call(transfersList, { caller: anonymous() })).toMatchObject({ status: 401 })
    for (const query of [{ status: 'lost' }, { from: 'yesterday' }, { limit: '101' }]) {
      expect(await call(transfersList, { query: query })).toMatchObject({
        status: 400,
      })
    }
  })
})
