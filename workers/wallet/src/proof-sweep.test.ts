import { call } from '@coinop/shared/testing'
import { beforeAll, expect, test } from 'vitest'
import { sweepProofs } from './proof-sweep.ts'
import { findProof } from './proofs.ts'
import { proofsList } from './routes/proofs.list.ts'
import { bindings, makeCurrencies } from './test-money.ts'

const database = bindings.WALLET_DB
beforeAll(makeCurrencies)

test('a project with wallets gets one complete proof a day, one without gets none', async () => {
  await sweepProofs(bindings)
  expect((await call(proofsList)).body.data).toEqual([])
  const { body } = await call(proofsList, {})
  expect(body.data).toEqual([])
  await database
    .prepare(
      `INSERT INTO accounts SELECT project_id, 'usr_1', 1, 'ab', 1 FROM currencies GROUP BY project_id`,
    )
    .run()
  for (let minute = 0; minute < 3; minute++) await sweepProofs(bindings)
  expect((await call(proofsList)).body.data).toMatchObject([{ number: 1, status: 'complete' }])
  await database.prepare('UPDATE proofs SET at = at - 86400000').run()
  for (let minute = 0; minute < 3; minute++) await sweepProofs(bindings)
  expect((await call(proofsList)).body.data).toMatchObject([{ number: 2 }, { number: 1 }])
})

test('a proof of more wallets than one minute hashes is complete after a few', async () => {
  await database.batch([
    database.prepare(
      `INSERT INTO currencies VALUES ('prj_big', 'COIN', 'Coin', 0, 1, 1, NULL, NULL)`,
    ),
    database.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 70000)
       INSERT INTO accounts SELECT 'prj_big', printf('usr_%026d', i), 1, 'ab', 1 FROM n`,
    ),
  ])
  await sweepProofs(bindings)
  expect(await findProof(database, 'prj_big')).toBeUndefined()
  await sweepProofs(bindings)
  expect(await findProof(database, 'prj_big')).toMatchObject({ number: 1, wallets: 70_000 })
}, 60_000)
