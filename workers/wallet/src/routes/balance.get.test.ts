import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { deposit, makeCurrencies, newUser, userWith } from '../test-money.ts'
import { balanceGet } from './balance.get.ts'

beforeAll(makeCurrencies)

describe('balance.get', () => {
  test('200 shows a player what was just deposited, per currency', async () => {
    const ada = await userWith(100)
    await deposit(ada, 3, 'BADGE')
    expect(await call(balanceGet, { caller: player(ada) })).toMatchObject({
      status: 200,
      body: {
        walletId: ada,
        balances: [
          { currency: 'BADGE', posted: 3, held: 0, available: 3 },
          { currency: 'COIN', posted: 100, held: 0, available: 100 },
        ],
      },
    })
  })

  test('200 with no lines for a wallet that never held anything', async () => {
    const ada = await newUser()
    const answer = await call(balanceGet, { caller: player(ada) })
    expect(answer).toMatchObject({ status: 200, body: { balances: [] } })
  })

  test('200 for a key that names the user, 400 invalid_request when it names nobody', async () => {
    const ada = await userWith(7)
    const named = await call(balanceGet, { query: { userId: ada } })
    expect(named.body.balances).toMatchObject([{ available: 7 }])
    expect(await call(balanceGet)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/query/userId' }] },
    })
  })

  test('404 not_found for nobody and for a user of another project', async () => {
    for (const userId of ['usr_01k9x6c3v5t8r2m4n7p0q1s2w3', await newUser(otherProject)]) {
      expect(await call(balanceGet, { query: { userId } })).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      })
    }
  })

  test('401 and 403 for everybody else; a player never sees another wallet', async () => {
    const [ada, grace] = [await newUser(), await newUser()]
    expect(await call(balanceGet, { caller: anonymous() })).toMatchObject({ status: 401 })
    for (const caller of [publishableKey(), secretKeyWith('shop:read')]) {
      expect(await call(balanceGet, { caller, query: { userId: ada } })).toMatchObject({
        status: 403,
      })
    }
    expect(await call(balanceGet, { caller: player(ada), query: { userId: grace } })).toMatchObject(
      { status: 403 },
    )
  })

  test.each([{ userId: 'ada' }, { user: 'x' }])(
    '400 invalid_request for query %j',
    async (query) => {
      const answer = await call(balanceGet, { query: query })
      expect(answer.status).toBe(400)
    },
  )
})
