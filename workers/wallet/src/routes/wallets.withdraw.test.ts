import { anonymous, call, player, publishableKey, secretKeyWith } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { coinsOf, makeCurrencies, uniqueKey, userWith } from '../test-money.ts'
import { walletsWithdraw } from './wallets.withdraw.ts'

beforeAll(makeCurrencies)

const json = { currency: 'COIN', amount: 30, reason: 'paid out' }
const withdraw = (walletId: string, change: object = {}, headers: object = uniqueKey()) =>
  call(walletsWithdraw, {
    params: { walletId },
    headers: headers as Record<string, string>,
    json: { ...json, ...change },
  })

describe('wallets.withdraw', () => {
  test('201 with the entry: the money is burnt', async () => {
    const ada = await userWith(100)
    expect(await withdraw(ada)).toMatchObject({
      status: 201,
      body: { kind: 'withdraw', amount: -30, counterAccount: '@burn', balanceAfter: 70 },
    })
  })

  test('201 with the same entry, once, when a key comes 20 times at once', async () => {
    const ada = await userWith(100)
    const key = uniqueKey()
    const answers = await Promise.all(Array.from({ length: 20 }, () => withdraw(ada, {}, key)))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(await coinsOf(ada)).toMatchObject({ posted: 70 })
  })

  test('409 insufficient_funds and idempotency_conflict, 404 currency_not_found and not_found, 400 idempotency_key_required; nothing moves', async () => {
    const ada = await userWith(100)
    const key = uniqueKey()
    await withdraw(ada, {}, key)
    const refusals = [
      [withdraw(ada, { amount: 71 }), 409, 'insufficient_funds'],
      [withdraw(ada, { amount: 31 }, key), 409, 'idempotency_conflict'],
      [withdraw(ada, { currency: 'GOLD' }), 404, 'currency_not_found'],
      [withdraw('usr_01k9x6c3v5t8r2m4n7p0q1s2w3'), 404, 'not_found'],
      [withdraw(ada, {}, {}), 400, 'idempotency_key_required'],
      [withdraw(ada, { amount: 0 }), 400, 'invalid_request'],
    ] as const
    for (const [answer, status, code] of refusals) {
      expect(await answer).toMatchObject({ status, body: { code } })
    }
    expect(await coinsOf(ada)).toMatchObject({ posted: 70 })
  })

  test('401 and 403 for everybody but a secret key with wallet:write', async () => {
    const ada = await userWith(100)
    const as = (caller: object) =>
      call(walletsWithdraw, { caller, params: { walletId: ada }, headers: uniqueKey(), json })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    for (const caller of [player(ada), publishableKey(), secretKeyWith('wallet:read')]) {
      expect(await as(caller)).toMatchObject({ status: 403 })
    }
  })
})
