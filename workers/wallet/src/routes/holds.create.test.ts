import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { openHoldsMax } from '../hold-rules.ts'
import { capture, hold } from '../test-holds.ts'
import {
  coinsOf,
  copied,
  makeCurrencies,
  newUser,
  stubOf,
  uniqueKey,
  userWith,
} from '../test-money.ts'
import { holdsCreate } from './holds.create.ts'
import { walletsWithdraw } from './wallets.withdraw.ts'

beforeAll(makeCurrencies)

describe('holds.create', () => {
  test('201: the money stays the holder’s and cannot be spent', async () => {
    const ada = await userWith(100)
    expect(await hold(ada, { memo: 'table 4' })).toMatchObject({
      status: 201,
      body: {
        walletId: ada,
        status: 'open',
        amount: 40,
        captured: 0,
        memo: 'table 4',
        endedAt: null,
      },
    })
    expect(await coinsOf(ada)).toEqual({ posted: 100, held: 40, available: 60 })
    const spend = { currency: 'COIN', amount: 61, reason: 'too much' }
    expect(
      await call(walletsWithdraw, { params: { walletId: ada }, headers: uniqueKey(), json: spend }),
    ).toMatchObject({ status: 409, body: { code: 'insufficient_funds' } })
  })

  test('a hold is an entry: folding the entries in D1 gives posted and held', async () => {
    const ada = await userWith(100)
    const { body } = await hold(ada)
    await capture(ada, body.id, { amount: 30 })
    const rows = await copied(ada, 3)
    expect(rows.map((row) => [row.kind, row.amount, row.heldChange, row.heldAfter])).toEqual([
      ['deposit', 100, 0, 0],
      ['hold', 0, 40, 40],
      ['capture', -30, -40, 0],
    ])
    expect(rows.at(-1)).toMatchObject({ balanceAfter: 70, transferId: body.id })
  })

  test('201 with the same hold, once, when a key comes 20 times at once, and after it was captured', async () => {
    const ada = await userWith(100)
    const key = uniqueKey()
    const answers = await Promise.all(Array.from({ length: 20 }, () => hold(ada, {}, key)))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(await coinsOf(ada)).toMatchObject({ held: 40 })
    await capture(ada, answers[0]!.body.id)
    const late = await hold(ada, {}, key)
    expect(late.body).toEqual(answers[0]!.body)
    expect(late.headers.get('idempotency-replayed')).toBe('true')
  })

  test('409 insufficient_funds, idempotency_conflict; 404 currency_not_found, not_found; 400 idempotency_key_required; nothing is held', async () => {
    const ada = await userWith(100)
    const stranger = await newUser(otherProject)
    const key = uniqueKey()
    await hold(ada, { amount: 1 }, key)
    const refusals = [
      [hold(ada, { amount: 100 }), 409, 'insufficient_funds'],
      [hold(ada, { amount: 2 }, key), 409, 'idempotency_conflict'],
      [hold(ada, { currency: 'GOLD' }), 404, 'currency_not_found'],
      [hold(stranger), 404, 'not_found'],
      [hold(ada, {}, {}), 400, 'idempotency_key_required'],
      [hold(ada, { amount: 0 }), 400, 'invalid_request'],
      [hold(ada, { expiresInSeconds: 0 }), 400, 'invalid_request'],
      [hold(ada, { expiresInSeconds: 30 * 24 * 3_600 + 1 }), 400, 'invalid_request'],
    ] as const
    for (const [answer, status, code] of refusals) {
      expect(await answer).toMatchObject({ status, body: { code } })
    }
    expect(await coinsOf(ada)).toMatchObject({ held: 1 })
  })

  test('409 too_many_holds at the hundred and first that is open', async () => {
    const ada = await userWith(1_000)
    const wallet = { projectId: player('').projectId, walletId: ada }
    const commands = Array.from({ length: openHoldsMax }, (_, index) => ({
      do: 'hold' as const,
      wallet,
      key: `fill:${index}`,
      transferId: `hld_fill_${index}`,
      actor: 'test',
      hold: { currency: 'COIN', amount: 1, account: '@shop' as const, memo: '', seconds: 600 },
    }))
    await stubOf(ada).executeAll(commands)
    expect(await hold(ada, { amount: 1 })).toMatchObject({
      status: 409,
      body: { code: 'too_many_holds' },
    })
    expect(await coinsOf(ada)).toMatchObject({ held: openHoldsMax })
  })

  test('401 and 403 for everybody but a secret key with wallet:write', async () => {
    const ada = await userWith(100)
    const json = { currency: 'COIN', amount: 1, expiresInSeconds: 60 }
    const as = (caller: object) =>
      call(holdsCreate, { caller, params: { walletId: ada }, headers: uniqueKey(), json })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    for (const caller of [player(ada), publishableKey(), secretKeyWith('wallet:read')]) {
      expect(await as(caller)).toMatchObject({ status: 403 })
    }
  })
})
