import { call, player } from '@coinop/shared/testing'
import { drizzle } from 'drizzle-orm/d1'
import { beforeAll, describe, expect, test } from 'vitest'
import { balanceGet } from './routes/balance.get.ts'
import { currenciesCreate } from './routes/currencies.create.ts'
import { currenciesList } from './routes/currencies.list.ts'
import { movementsBatch } from './routes/movements.batch.ts'
import { tradesConfirm } from './routes/trades.confirm.ts'
import { tradesCreate } from './routes/trades.create.ts'
import { transfersCreate } from './routes/transfers.create.ts'
import { transfersList } from './routes/transfers.list.ts'
import { walletsDeposit } from './routes/wallets.deposit.ts'
import { currencies } from './schema.ts'
import { bindings, coin, copied, makeCurrencies, uniqueKey, userWith } from './test-money.ts'

beforeAll(makeCurrencies)

type Input = NonNullable<Parameters<typeof call>[1]>
/** What a request cost, as its answer tells. */
async function cost(route: Parameters<typeof call>[0], input: Input) {
  const headers = { ...uniqueKey(), ...input.headers, 'coinop-cost': '1' }
  const answer = await call(route, { ...input, headers })
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return {
    read: Number(answer.headers.get('coinop-rows-read') ?? Number.NaN),
    written: Number(answer.headers.get('coinop-rows-written') ?? Number.NaN),
    body: answer.body,
  }
}

const deposit = (walletId: string) => ({
  params: { walletId },
  json: { currency: 'COIN', amount: 5, reason: 'cost' },
})

describe('Coinop-Cost: 1', () => {
  test('a deposit is three rows: entry, balance and key; twenty at once are three rows each', async () => {
    const ada = await userWith(100)
    const all = await Promise.all(
      Array.from({ length: 20 }, () => cost(walletsDeposit, deposit(ada))),
    )
    expect(all.map(({ written }) => written)).toEqual(all.map(() => 3))
    for (const { read } of all) expect(read).toBeGreaterThan(0)
  })

  test('a retry reads and writes nothing', async () => {
    const ada = await userWith(100)
    const headers = uniqueKey()
    const first = await cost(walletsDeposit, { ...deposit(ada), headers })
    const second = await cost(walletsDeposit, { ...deposit(ada), headers })
    expect([first.written, second.written]).toEqual([3, 0])
  })

  test('a transfer counts both wallets: two entries, balances and keys, and the row of the transfer', async () => {
    const [ada, grace] = [await userWith(100), await userWith(1)]
    const json = { from: ada, to: grace, currency: 'COIN', amount: 5 }
    const { written, body } = await cost(transfersCreate, { json })
    expect(body.status).toBe('completed')
    // Made with its index, and finished.
    expect(written).toBe(2 + 2 + 2 + 3)
  })

  test('a batch counts every wallet, and the row of its key', async () => {
    const ids = [await userWith(1), await userWith(1)]
    const operations = [...ids, ...ids].map((walletId) => ({
      operation: 'deposit',
      walletId,
      currency: 'COIN',
      amount: 1,
      reason: 'cost',
    }))
    const { written } = await cost(movementsBatch, { json: { operations } })
    expect(written).toBe(4 * 3 + 1)
  })

  test('a trade counts its copy and event, and when it is completed both wallets', async () => {
    const [ada, grace] = [await userWith(100), await userWith(1)]
    const give = { currencies: [{ currency: 'COIN', amount: 5 }] }
    const json = { partnerId: grace, offer: give }
    const made = await cost(tradesCreate, { json, caller: player(ada) })
    // The trade and its steps in the object, the copy in D1, and an event for each step.
    expect(made.written).toBeGreaterThan(10)
    const confirm = (userId: string) =>
      cost(tradesConfirm, {
        params: { tradeId: made.body.id },
        json: { digest: made.body.digest },
        caller: player(userId),
      })
    const [first, second] = [await confirm(ada), await confirm(grace)]
    expect([first.body.status, second.body.status]).toEqual(['open', 'completed'])
    expect(second.written).toBeGreaterThan(first.written + 6)
  })

  test('a balance writes nothing', async () => {
    const ada = await userWith(100)
    const { read, written } = await cost(balanceGet, { query: { userId: ada } })
    expect(written).toBe(0)
    expect(read).toBeGreaterThan(0)
  })

  test('the databases count as well, what is read and what is written', async () => {
    const { written } = await cost(currenciesCreate, { json: { ...coin, code: 'COST' } })
    // The currency, the note for the audit log, the answer under the key.
    expect(written).toBeGreaterThanOrEqual(2)
    const { read, body } = await cost(currenciesList, {})
    expect(read).toBeGreaterThanOrEqual(body.data.length)
  })

  test('what is answered is the same as without it', async () => {
    const [ada, grace] = [await userWith(100), await userWith(1)]
    const json = { from: ada, to: grace, currency: 'COIN', amount: 5 }
    await call(transfersCreate, { headers: uniqueKey(), json })
    await Promise.all([copied(ada, 2), copied(grace, 2)])
    const reads: [Parameters<typeof call>[0], Input][] = [
      [transfersList, { query: { walletId: ada } }],
      [balanceGet, { query: { userId: ada } }],
      [currenciesList, {}],
    ]
    for (const [route, input] of reads) {
      expect((await cost(route, input)).body).toEqual((await call(route, input)).body)
    }
    expect((await drizzle(bindings.WALLET_DB).select().from(currencies)).length).toBeGreaterThan(1)
  })

  test('nothing is told to who does not ask', async () => {
    const ada = await userWith(100)
    for (const headers of [{}, { 'coinop-cost': '0' }]) {
      const answer = await call(balanceGet, { query: { userId: ada }, headers })
      expect(answer.headers.has('coinop-rows-read')).toBe(false)
      expect(answer.headers.has('coinop-rows-written')).toBe(false)
    }
  })
})
