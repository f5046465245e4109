import { testProject } from '@coinop/shared/testing'
import { expect, test } from 'vitest'
import { copyEntries } from './projection.ts'
import { chained } from './test-chain.ts'
import { bindings } from './test-money.ts'

const database = bindings.WALLET_DB
const wallet = { projectId: testProject, walletId: 'usr_01k9x6c3v5t8r2m4n7p0q1s2w3' }
const { rows } = chained(
  Array.from({ length: 9 }, (_, at) => ({
    kind: 'deposit' as const,
    currency: at % 2 === 0 ? 'COIN' : 'GEM',
    amount: 1 + at,
    counterAccount: '@mint' as const,
    counterparty: '',
    at,
  })),
)
const copy = (first: number, last: number) =>
  copyEntries(database, wallet, rows.slice(first - 1, last))

async function figures() {
  const account = await database.prepare('SELECT last_seq FROM accounts').first<number>('last_seq')
  const { results } = await database
    .prepare('SELECT currency, posted, mint FROM balances ORDER BY currency')
    .all()
  return [account, ...results.map((row) => Object.values(row))]
}

test('a batch that leaves a gap counts nothing; with the gap filled, and repeated, it counts once', async () => {
  await copy(4, 6)
  expect(await figures()).toEqual([null])
  await copy(1, 3)
  expect(await figures()).toEqual([3, ['COIN', 4, -4], ['GEM', 2, -2]])
  await copy(8, 9)
  expect(await figures()).toEqual([3, ['COIN', 4, -4], ['GEM', 2, -2]])
  for (const [first, last] of [
    [4, 6],
    [2, 5],
    [5, 9],
    [1, 9],
    [3, 4],
  ] as const)
    await copy(first, last)
  expect(await figures()).toEqual([9, ['COIN', 25, -25], ['GEM', 20, -20]])
})
