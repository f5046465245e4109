import { anonymous, call, otherProject, player, secretKeyWith } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { bindings, deposit, makeCurrencies, newUser, uniqueKey, userWith } from '../test-money.ts'
import { supplyList } from './supply.list.ts'
import { transfersCreate } from './transfers.create.ts'

beforeAll(makeCurrencies)

const none = { '@shop': '0', '@house': '0', '@fees': '0', '@burn': '0', '@transit': '0' }

describe('supply.list', () => {
  test('200 what is in wallets, what the system accounts say, and together 0', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    await deposit(ada, 7, 'BADGE')
    const json = { from: ada, to: grace, currency: 'COIN', amount: 30 }
    await call(transfersCreate, { headers: uniqueKey(), json })
    await vi.waitFor(async () => {
      const { status, body } = await call(supplyList)
      expect(status).toBe(200)
      expect(body.data).toEqual([
        {
          currency: 'BADGE',
          wallets: '7',
          accounts: { '@mint': '-7', ...none },
          sum: '0',
        },
        {
          currency: 'COIN',
          wallets: '100',
          accounts: { '@mint': '-100', ...none },
          sum: '0',
        },
      ])
    }, 10_000)
    const first = await call(supplyList, { query: { limit: '1' } })
    const query = { limit: '1', cursor: first.body.nextCursor }
    expect((await call(supplyList, { query })).body).toMatchObject({
      data: [{ currency: 'COIN' }],
      nextCursor: null,
    })
  })

  test('200 shows it when money was made outside the ledger', async () => {
    await bindings.WALLET_DB.prepare(
      `UPDATE balances SET posted = posted + 5 WHERE currency = 'BADGE'`,
    ).run()
    expect((await call(supplyList)).body.data[0]).toMatchObject({ wallets: '12', sum: '5' })
  })

  test('nothing of another project; 401 and 403 but for a key with wallet:read', async () => {
    const foreign = await call(supplyList, { caller: { projectId: otherProject } })
    expect(foreign.body.data).toEqual([])
    expect(await call(supplyList, { caller: anonymous() })).toMatchObject({ status: 401 })
    for (const caller of [player('usr_1'), secretKeyWith('wallet:write')]) {
      expect(await call(supplyList, { caller })).toMatchObject({ status: 403 })
    }
  })
})
