import { runInDurableObject } from 'cloudflare:test'
import { anonymous, call, player, secretKeyWith, testProject } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { hold, unknownHold, voidHold } from '../test-holds.ts'
import { coin, coinsOf, makeCurrencies, stubOf, uniqueKey, userWith } from '../test-money.ts'
import { currenciesCreate } from './currencies.create.ts'
import { walletsBatch } from './wallets.batch.ts'

beforeAll(makeCurrencies)

const deposit = (amount: number, currency = 'COIN') => ({
  operation: 'deposit',
  currency,
  amount,
  reason: 'batch',
})
const withdraw = (amount: number) => ({ ...deposit(amount), operation: 'withdraw' })
const holding = (amount: number) => ({
  operation: 'hold',
  currency: 'COIN',
  amount,
  expiresInSeconds: 60,
})
const batch = (walletId: string, operations: object[], headers: object = uniqueKey()) =>
  call(walletsBatch, {
    params: { walletId },
    headers: headers as Record<string, string>,
    json: { operations },
  })

describe('wallets.batch', () => {
  test('201 with one entry per operation, in order; each sees what those before it did', async () => {
    const ada = await userWith(100)
    const { body } = await hold(ada, { amount: 10 })
    const answer = await batch(ada, [
      deposit(50),
      withdraw(120),
      { operation: 'capture', holdId: body.id, amount: 4 },
      holding(20),
    ])
    expect(answer).toMatchObject({
      status: 201,
      body: {
        data: [
          { kind: 'deposit', balanceAfter: 150 },
          { kind: 'withdraw', balanceAfter: 30 },
          { kind: 'capture', amount: -4, balanceAfter: 26, heldAfter: 0 },
          { kind: 'hold', heldAfter: 20 },
        ],
      },
    })
    expect(await coinsOf(ada)).toEqual({ posted: 26, held: 20, available: 6 })
  })

  test('one refused operation undoes all before it; it says which, and says it again', async () => {
    const ada = await userWith(100)
    const key = uniqueKey()
    for (let time = 0; time < 2; time++) {
      const answer = await batch(ada, [deposit(50), holding(10), withdraw(141)], key)
      expect(answer).toMatchObject({ status: 409, body: { code: 'insufficient_funds' } })
      expect(answer.body.detail).toContain('operations[2]')
    }
    expect(await coinsOf(ada)).toEqual({ posted: 100, held: 0, available: 100 })
  })

  test('201 with the same entries, once, when a key comes 20 times at once', async () => {
    const ada = await userWith(100)
    const key = uniqueKey()
    const operations = [deposit(1), holding(2)]
    const answers = await Promise.all(Array.from({ length: 20 }, () => batch(ada, operations, key)))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(await coinsOf(ada)).toEqual({ posted: 101, held: 2, available: 99 })
    expect(await batch(ada, [deposit(2)], key)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    })
  })

  test('every refusal names its operation and changes nothing', async () => {
    const ada = await userWith(100)
    await call(currenciesCreate, { json: { ...coin, code: 'CAPPED', cap: 10 } })
    const [open, closed, late] = [
      await hold(ada),
      await hold(ada, { amount: 1 }),
      await hold(ada, { amount: 2 }),
    ]
    await voidHold(ada, closed.body.id)
    await runInDurableObject(stubOf(ada), (_, { storage }) => {
      storage.sql.exec('UPDATE holds SET expiresAt = createdAt WHERE id = ?', late.body.id)
    })
    await stubOf(ada).execute({
      do: 'post',
      wallet: { projectId: testProject, walletId: ada },
      key: 'fill',
      transferId: 'trf_fill',
      actor: 'test',
      postings: [
        {
          kind: 'deposit',
          currency: 'BADGE',
          amount: Number.MAX_SAFE_INTEGER,
          counterAccount: '@mint',
          counterparty: '',
          memo: '',
        },
      ],
    })
    const before = await coinsOf(ada)
    const ending = (operation: string, holdId: string, more = {}) => ({
      operation,
      holdId,
      ...more,
    })
    const refusals = [
      [deposit(1, 'GOLD'), 404, 'currency_not_found'],
      [deposit(1, 'BADGE'), 409, 'balance_limit_exceeded'],
      [deposit(11, 'CAPPED'), 409, 'currency_cap_exceeded'],
      [ending('void', unknownHold), 404, 'hold_not_found'],
      [ending('void', closed.body.id), 409, 'hold_closed'],
      [ending('capture', late.body.id), 409, 'hold_expired'],
      [ending('capture', open.body.id, { amount: 41 }), 409, 'capture_exceeds_hold'],
    ] as const
    for (const [operation, status, code] of refusals) {
      const answer = await batch(ada, [deposit(1), operation])
      expect(answer, code).toMatchObject({ status, body: { code } })
      expect(answer.body.detail).toContain('operations[1]')
    }
    const many = Array.from({ length: 100 }, () => holding(1))
    expect(await batch(ada, [...many.slice(1), deposit(1)])).toMatchObject({ status: 409 })
    expect(await batch(ada, [deposit(50), ...many.slice(1)])).toMatchObject({ status: 201 })
    expect(await batch(ada, [holding(1)])).toMatchObject({ body: { code: 'too_many_holds' } })
    expect(await coinsOf(ada)).toMatchObject({ posted: before.posted + 50, held: 40 + 99 })
  })

  test('404 not_found, 400 idempotency_key_required and invalid_request for none, for 101 and for a field too many', async () => {
    const ada = await userWith(100)
    const refusals = [
      [batch('usr_01k9x6c3v5t8r2m4n7p0q1s2w3', [deposit(1)]), 'not_found'],
      [batch(ada, [deposit(1)], {}), 'idempotency_key_required'],
      [batch(ada, []), 'invalid_request'],
      [
        batch(
          ada,
          Array.from({ length: 101 }, () => deposit(1)),
        ),
        'invalid_request',
      ],
      [batch(ada, [{ ...deposit(1), note: 'x' }]), 'invalid_request'],
    ] as const
    for (const [answer, code] of refusals) expect(await answer).toMatchObject({ body: { code } })
    expect(await coinsOf(ada)).toMatchObject({ posted: 100 })
  })

  test('401 and 403 for everybody but a secret key with wallet:write', async () => {
    const ada = await userWith(100)
    const json = { operations: [deposit(1)] }
    const as = (caller: object) =>
      call(walletsBatch, { caller, params: { walletId: ada }, headers: uniqueKey(), json })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    for (const caller of [player(ada), secretKeyWith('wallet:read')]) {
      expect(await as(caller)).toMatchObject({ status: 403 })
    }
  })
})
