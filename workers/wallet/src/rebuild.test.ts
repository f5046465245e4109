import { call, testProject } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { digestBeginning, digestOn } from './copy-digest.ts'
import { sweepRebuilds } from './rebuild.ts'
import { reconcileWallet } from './reconcile-wallet.ts'
import { rebuildsCreate } from './routes/rebuilds.create.ts'
import { rebuildsGet } from './routes/rebuilds.get.ts'
import { supplyList } from './routes/supply.list.ts'
import { transfersCreate } from './routes/transfers.create.ts'
import type { Past } from './test-chain.ts'
import { stubOf, writePast } from './test-history.ts'
import { randomMovements } from './test-holds.ts'
import {
  bindings,
  copied,
  deposit,
  makeCurrencies,
  newUser,
  uniqueKey,
  userWith,
} from './test-money.ts'
import { environment, Random } from './test-random.ts'

const database = bindings.WALLET_DB
const users: string[] = []
const { seed } = environment(0)
const choices = new Random(seed)
/** How many entries the random movements have made. */
let random = 0
const long = (index: number): Past => ({
  kind: 'deposit',
  currency: 'COIN',
  amount: 1 + (index % 5),
  counterAccount: '@mint',
  counterparty: '',
  at: index,
  transferId: `trf_long_${index}`,
})

async function digest(): Promise<string> {
  let on = { position: digestBeginning, rows: 0, done: false }
  while (!on.done) on = await digestOn(database, testProject, { position: on.position, limit: 7 })
  return on.position.digest
}

const count = (table: string) =>
  database.prepare(`SELECT count(*) AS count FROM ${table}`).first<number>('count')

/** Money moves, some of it between wallets; then a wallet with a long past. */
beforeAll(async () => {
  await makeCurrencies()
  for (let index = 0; index < 6; index++) users.push(await userWith(100))
  await newUser()
  for (const [index, from] of users.entries()) {
    const to = users[(index + 1) % users.length]!
    const json = { from, to, currency: 'COIN', amount: 1 + index, memo: `for ${index}` }
    await call(transfersCreate, { headers: uniqueKey(), json })
    await deposit(from, 3, 'BADGE')
    random += await randomMovements(choices, from)
  }
  const walletId = await newUser()
  await writePast(
    walletId,
    Array.from({ length: 2_300 }, (_, index) => long(index)),
  )
  users.push(walletId)
  await vi.waitFor(async () => expect(await count('entries')).toBe(6 * 4 + random + 2_300), 15_000)
}, 60_000)

async function rebuilt() {
  const { body } = await call(rebuildsCreate)
  for (let minute = 0; minute < 50; minute++) {
    await sweepRebuilds(bindings)
    const { body: now } = await call(rebuildsGet, { params: { number: String(body.number) } })
    if (now.status === 'finished') return now
  }
  throw new Error('The rebuild did not finish.')
}

describe('a rebuild', () => {
  test('of a copy that is right gives the same copy', async () => {
    const before = await digest()
    const done = await rebuilt()
    expect(done).toMatchObject({ wallets: 7, entries: 6 * 4 + random + 2_300, phase: 'done' })
    expect(done.digestAfter).toBe(done.digestBefore)
    expect(await digest()).toBe(before)
  }, 120_000)

  test('of a copy that was made movement by movement gives the same digest as in batches', async () => {
    const ada = await newUser()
    for (const [index, currency] of ['COIN', 'BADGE', 'COIN', 'BADGE'].entries()) {
      await deposit(ada, 5, currency)
      await copied(ada, index + 1)
    }
    const done = await rebuilt()
    expect(done.digestAfter).toBe(done.digestBefore)
    await database.prepare(`UPDATE balances SET held = 1 WHERE wallet_id = ?`).bind(ada).run()
    const mended = await rebuilt()
    expect(mended.digestBefore).not.toBe(done.digestAfter)
    expect(mended.digestAfter).toBe(done.digestAfter)
  }, 120_000)

  test('of a copy that was deleted altogether, or falsified, gives the copy that there was', async () => {
    const before = await digest()
    for (const statements of [
      ['accounts', 'balances', 'entries', 'transactions'].map((table) => `DELETE FROM ${table}`),
      [
        'UPDATE entries SET amount = amount + 1',
        'UPDATE balances SET mint = 7, posted = 8',
        `UPDATE transactions SET amount = 5, status = 'completed'`,
        `UPDATE accounts SET last_hash = 'x', last_seq = 1, created_at = 1`,
        `INSERT INTO accounts VALUES ('${testProject}', 'usr_nobody', 3, 'x', 1)`,
        `INSERT INTO entries SELECT project_id, 'usr_nobody', seq, transfer_id, kind, currency, amount, counter_account,
           counterparty, balance_after, memo, actor, at, previous_hash, hash, held_change, held_after FROM entries LIMIT 3`,
      ],
    ]) {
      for (const statement of statements) await database.prepare(statement).run()
      const changed = await digest()
      expect(changed).not.toBe(before)
      const done = await rebuilt()
      expect(done.digestBefore).toBe(changed)
      expect(await digest()).toBe(before)
      expect((await call(supplyList)).body.data.map(({ sum }: { sum: string }) => sum)).toEqual([
        '0',
        '0',
      ])
    }
  }, 240_000)

  test('with money moving meanwhile ends with a copy that has no difference', async () => {
    await call(rebuildsCreate)
    await database.prepare('DELETE FROM accounts').run()
    const moving = new Set(users.slice(0, 3))
    const mover = (async () => {
      while (moving.size > 0) for (const user of moving) await deposit(user, 1)
    })()
    for (let minute = 0; minute < 10; minute++) await sweepRebuilds(bindings)
    moving.clear()
    await mover
    await vi.waitFor(async () => {
      for (const walletId of users) {
        const wallet = { projectId: testProject, walletId }
        const { sequence } = await stubOf(walletId).state()
        const copied = await database
          .prepare('SELECT last_seq FROM accounts WHERE wallet_id = ?')
          .bind(walletId)
          .first<number>('last_seq')
        expect(copied).toBe(sequence)
        const visit = await reconcileWallet(bindings, wallet, { budget: 100_000 })
        expect(visit.differences).toEqual([])
      }
    }, 30_000)
  }, 240_000)
})
