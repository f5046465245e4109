import { describe, expect, test } from 'vitest'
import { verifyInclusion } from '../../../tools/coinop-verify.mjs'
import { toInclusionProof } from './proof-model.ts'
import { createProof, findInclusion, findProof, hashProofs } from './proofs.ts'
import { readSupply } from './supply.ts'
import { bindings } from './test-money.ts'

const database = bindings.WALLET_DB
const projectId = 'prj_large'

describe('a proof over 100,000 wallets', () => {
  test('writes one row per 1,024 wallets, is hashed in bounded steps, and shows each wallet its way', async () => {
    await database.batch([
      database
        .prepare(
          `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
           INSERT INTO accounts SELECT ?, printf('usr_%026d', i), i, printf('%064x', i), 1 FROM n`,
        )
        .bind(projectId),
      database.prepare(
        `INSERT INTO balances (project_id, wallet_id, currency, posted, held, seq, mint)
         SELECT project_id, wallet_id, 'COIN', 9007199254740991, 0, 1, -9007199254740991 FROM accounts`,
      ),
    ])
    const number = await createProof(database, projectId, () => Promise.resolve([]))
    const { results } = await database
      .prepare('SELECT length(leaves) AS size FROM proof_chunks')
      .all<{ size: number }>()
    expect(results).toHaveLength(98)
    expect(Math.max(...results.map(({ size }) => size))).toBeLessThan(200_000)
    // Movements after the moment do not touch it.
    await database.prepare(`UPDATE accounts SET last_seq = last_seq + 1`).run()
    let steps = 0
    while (!(await findProof(database, projectId, { number }))) {
      expect(await hashProofs(database, projectId, 20)).toBeLessThanOrEqual(20)
      steps++
    }
    expect(steps).toBe(5)
    const proof = await findProof(database, projectId)
    expect(proof).toMatchObject({ number: 1, wallets: 100_000, entries: 5_000_050_000 })
    // Beyond what a JSON number carries, and exact.
    const wallets = String(100_000n * 9_007_199_254_740_991n)
    expect(proof?.totals).toMatchObject([{ wallets, accounts: { '@mint': `-${wallets}` } }])
    const [supply] = await readSupply(database, projectId, { after: '', limit: 1 })
    expect(supply).toMatchObject({ wallets, sum: '0' })
    for (const index of [0, 1_023, 1_024, 54_321, 99_999]) {
      const walletId = `usr_${String(index + 1).padStart(26, '0')}`
      const inclusion = await findInclusion(database, proof!, walletId)
      expect(inclusion?.index).toBe(index)
      expect(verifyInclusion(toInclusionProof(proof!, inclusion!))).toBe(true)
    }
    expect(await findInclusion(database, proof!, 'usr_nobody')).toBeUndefined()
  }, 120_000)

  test('two at once get two numbers, and the heads of the eight newest are kept', async () => {
    const made = await Promise.all(
      Array.from({ length: 3 }, () =>
        createProof(database, 'prj_small', () => Promise.resolve([])),
      ),
    )
    expect(made.toSorted((a, b) => a - b)).toEqual([1, 2, 3])
    await database.prepare(`INSERT INTO accounts VALUES ('prj_small', 'usr_1', 1, 'ab', 1)`).run()
    for (let count = 0; count < 12; count++) {
      await createProof(database, 'prj_small', () => Promise.resolve([]))
      await hashProofs(database, 'prj_small', 100)
    }
    const { results } = await database
      .prepare(`SELECT number FROM proof_chunks WHERE project_id = 'prj_small' ORDER BY number`)
      .all<{ number: number }>()
    expect(results.map(({ number }) => number)).toEqual([8, 9, 10, 11, 12, 13, 14, 15])
  }, 60_000)
})
