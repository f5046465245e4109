import { runInDurableObject } from 'cloudflare:test'
import { testProject } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { reconcileWallet } from './reconcile-wallet.ts'
import { findReconciliation, reconcile, sweepReconciliations } from './reconciliation.ts'
import type { Past } from './test-chain.ts'
import { stubOf, writePast } from './test-history.ts'
import { hold, randomMovements } from './test-holds.ts'
import { bindings, copied, makeCurrencies, newUser, userWith } from './test-money.ts'
import { environment, Random } from './test-random.ts'
import type { WalletObject } from './wallet-object.ts'

const database = bindings.WALLET_DB
const plenty = { budget: 100_000 }
const { seed } = environment(0)

const past = (length: number): Past[] =>
  Array.from({ length }, (_, index) => ({
    kind: 'deposit',
    currency: index % 3 === 0 ? 'GEM' : 'COIN',
    amount: 1 + index,
    counterAccount: '@mint',
    counterparty: '',
    at: 1_000 + index,
    // Transfer ids are shared by no two wallets.
    transferId: `trf_${crypto.randomUUID()}`,
  }))

async function wallet(length = 8): Promise<string> {
  const walletId = await newUser()
  await writePast(walletId, past(length))
  return walletId
}
const found = async (walletId: string) => {
  const visit = await reconcileWallet(bindings, { projectId: testProject, walletId }, plenty)
  return visit.differences.map(({ what, subject }) => `${what} ${subject}`)
}
const inObject = (walletId: string, ...statements: string[]) =>
  runInDurableObject(stubOf(walletId), (_: WalletObject, state) => {
    for (const statement of statements) state.storage.sql.exec(statement)
  })
const inCopy = (statement: string, ...values: unknown[]) =>
  database
    .prepare(statement)
    .bind(...values)
    .run()

beforeAll(makeCurrencies)

describe('a wallet', () => {
  test('in order has no difference, whatever its length', async () => {
    for (const length of [1, 8, 450]) expect(await found(await wallet(length))).toEqual([])
  })

  test(`with random holds has none, and what is held is compared, SEED=${seed}`, async () => {
    const random = new Random(seed)
    for (let run = 0; run < 5; run++) {
      const walletId = await userWith(100)
      await hold(walletId, { amount: 7 })
      const made = await randomMovements(random, walletId)
      await copied(walletId, 2 + made)
      expect(await found(walletId), `SEED=${seed}`).toEqual([])
      await inCopy('UPDATE balances SET held = held + 1 WHERE wallet_id = ?', walletId)
      expect(await found(walletId), `SEED=${seed}`).not.toEqual([])
      await inCopy('UPDATE balances SET held = held - 1 WHERE wallet_id = ?', walletId)
      await inCopy('UPDATE entries SET held_after = 0 WHERE wallet_id = ? AND seq = 2', walletId)
      expect(await found(walletId), `SEED=${seed}`).toEqual(['copy_entry 2'])
    }
  }, 60_000)

  test.each([
    ['UPDATE entries SET amount = amount + 1 WHERE seq = 5', 'entry_hash 5'],
    ["UPDATE entries SET memo = 'x' WHERE seq = 5", 'entry_hash 5'],
    ['DELETE FROM entries WHERE seq = 5', 'entry_sequence 6'],
    ['DELETE FROM entries WHERE seq = 8', 'copy_head head'],
    ["UPDATE entries SET previousHash = 'x' WHERE seq = 5", 'entry_chain 5'],
    ["UPDATE balances SET posted = posted + 1 WHERE currency = 'GEM'", 'balance GEM'],
    ["DELETE FROM balances WHERE currency = 'GEM'", 'balance GEM'],
    ["INSERT INTO balances VALUES ('GOLD', 5, 0, 0)", 'balance GOLD'],
  ])('after %s inside it is found: %s', async (statement, difference) => {
    const walletId = await wallet()
    await inObject(walletId, 'DROP TRIGGER entries_keep', 'DROP TRIGGER entries_stay', statement)
    expect(await found(walletId)).toContain(difference)
  })

  const where = 'WHERE project_id = ?1 AND wallet_id = ?2'
  test.each([
    [`UPDATE entries SET amount = 77 ${where} AND seq = 5`, 'copy_entry 5'],
    [`UPDATE entries SET actor = 'x' ${where} AND seq = 5`, 'copy_entry 5'],
    [`DELETE FROM entries ${where} AND seq = 5`, 'copy_entry 5'],
    [`UPDATE entries SET seq = 99 ${where} AND seq = 8`, 'copy_head head'],
    [`UPDATE balances SET posted = posted + 1 ${where} AND currency = 'GEM'`, 'copy_balance GEM'],
    [`UPDATE balances SET mint = mint + 1 ${where} AND currency = 'GEM'`, 'copy_balance GEM'],
    [`DELETE FROM balances ${where} AND currency = 'GEM'`, 'copy_balance GEM'],
    [`UPDATE accounts SET last_hash = 'x' ${where}`, 'copy_head head'],
    [`UPDATE accounts SET last_seq = 99 ${where}`, 'copy_head head'],
  ])('after %s in the copy is found: %s', async (statement, difference) => {
    const walletId = await wallet()
    await inCopy(statement, testProject, walletId)
    expect(await found(walletId)).toContain(difference)
  })

  test.each([
    ['DELETE FROM transactions WHERE project_id = ?1 AND id = ?2', 'copy_transfer'],
    ['UPDATE transactions SET amount = 9 WHERE project_id = ?1 AND id = ?2', 'copy_transfer'],
    [`UPDATE transactions SET status = 'pending' WHERE project_id = ?1 AND id = ?2`, 'copy_status'],
  ])('after %s is found: %s', async (statement, difference) => {
    const walletId = await wallet()
    const third = { towards: 'newer' as const, beyond: 2, filter: {}, limit: 1 }
    const [entry] = (await stubOf(walletId).history(third)).rows
    await inCopy(statement, testProject, entry!.transferId)
    expect(await found(walletId)).toEqual([`${difference} ${entry!.transferId}`])
  })

  test('whose copy is long behind is found; one that is on its way is not', async () => {
    const walletId = await newUser()
    await writePast(walletId, past(3), false)
    expect(await found(walletId)).toContain('copy_entry 1')
    const fresh = await newUser()
    await writePast(
      fresh,
      past(3).map((each) => ({ ...each, at: Date.now() })),
      false,
    )
    expect(await found(fresh)).toEqual([])
  })
})

describe('a run', () => {
  test('visits every wallet, in parts, and names what differs', async () => {
    const projectWallets = await database
      .prepare('SELECT count(*) AS count FROM accounts WHERE project_id = ?')
      .bind(testProject)
      .first<number>('count')
    // A long one must be left and gone on with in the middle.
    const long = await wallet(900)
    await inCopy('UPDATE entries SET memo = ? WHERE wallet_id = ? AND seq = 700', 'changed', long)
    for (let minute = 0; minute < 200; minute++) {
      await reconcile(bindings, testProject, { wallets: 3, entries: 300 })
      if ((await findReconciliation(database, testProject))?.finishedAt !== null) break
    }
    const run = await findReconciliation(database, testProject)
    expect(run).toMatchObject({ number: 1, wallets: projectWallets! + 1 })
    expect(run?.differences).toBeGreaterThan(0)
    const { results } = await database
      .prepare('SELECT what, subject FROM reconciliation_differences WHERE wallet_id = ?')
      .bind(long)
      .all()
    expect(results).toEqual([{ what: 'copy_entry', subject: '700' }])
  }, 120_000)

  test('begins once a day for each project that has wallets', async () => {
    await sweepReconciliations(bindings)
    expect(await findReconciliation(database, testProject)).toMatchObject({ number: 1 })
    await inCopy('UPDATE reconciliations SET started_at = started_at - 86400000')
    for (let minute = 0; minute < 5; minute++) await sweepReconciliations(bindings)
    const run = await findReconciliation(database, testProject)
    expect(run).toMatchObject({ number: 2, finishedAt: expect.any(Number) })
  }, 60_000)
})
