import { runInDurableObject } from 'cloudflare:test'
import { anonymous, call, player, publishableKey, secretKeyWith } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { capture, hold, unknownHold, voidHold } from '../test-holds.ts'
import { coinsOf, makeCurrencies, newUser, stubOf, uniqueKey, userWith } from '../test-money.ts'
import { holdsCapture } from './holds.capture.ts'

beforeAll(makeCurrencies)

/** As if the time of every hold were over, and nobody had written that down. */
const outlive = (walletId: string) =>
  runInDurableObject(stubOf(walletId), (_, state) => {
    state.storage.sql.exec('UPDATE holds SET expiresAt = createdAt')
  })

describe('holds.capture', () => {
  test('200 takes all that is held', async () => {
    const ada = await userWith(100)
    const { body } = await hold(ada)
    expect(await capture(ada, body.id)).toMatchObject({
      status: 200,
      body: { id: body.id, status: 'captured', captured: 40 },
    })
    expect(await coinsOf(ada)).toEqual({ posted: 60, held: 0, available: 60 })
  })

  test('200 takes a part, and the rest is free again', async () => {
    const ada = await userWith(100)
    const { body } = await hold(ada)
    expect(await capture(ada, body.id, { amount: 15 })).toMatchObject({ body: { captured: 15 } })
    expect(await coinsOf(ada)).toEqual({ posted: 85, held: 0, available: 85 })
  })

  test('200 with the same answer, once, when a key comes 20 times at once', async () => {
    const ada = await userWith(100)
    const { body } = await hold(ada)
    const key = uniqueKey()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => capture(ada, body.id, {}, key)),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1)
    expect(await coinsOf(ada)).toMatchObject({ posted: 60 })
  })

  test('one of 50 captures under different keys takes it, the others hear hold_closed', async () => {
    const ada = await userWith(100)
    const { body } = await hold(ada)
    const answers = await Promise.all(Array.from({ length: 50 }, () => capture(ada, body.id)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter((answer) => answer.body.code === 'hold_closed')).toHaveLength(49)
    expect(await coinsOf(ada)).toMatchObject({ posted: 60 })
  })

  test('409 hold_expired from its time on, and the money is available without anybody writing', async () => {
    const ada = await userWith(100)
    const { body } = await hold(ada)
    await outlive(ada)
    expect(await coinsOf(ada)).toEqual({ posted: 100, held: 0, available: 100 })
    expect(await capture(ada, body.id)).toMatchObject({
      status: 409,
      body: { code: 'hold_expired' },
    })
    expect(await coinsOf(ada)).toEqual({ posted: 100, held: 0, available: 100 })
  })

  test('409 capture_exceeds_hold, idempotency_conflict, hold_closed; 404 hold_not_found, not_found; 400 idempotency_key_required; nothing moves', async () => {
    const ada = await userWith(100)
    const [open, closed] = [(await hold(ada)).body.id, (await hold(ada)).body.id]
    await voidHold(ada, closed)
    const key = uniqueKey()
    await capture(ada, closed, {}, key)
    const refusals = [
      [capture(ada, open, { amount: 41 }), 409, 'capture_exceeds_hold'],
      [capture(ada, open, {}, key), 409, 'idempotency_conflict'],
      [capture(ada, closed, {}, key), 409, 'hold_closed'],
      [capture(ada, unknownHold), 404, 'hold_not_found'],
      [capture(await newUser(), open), 404, 'hold_not_found'],
      [capture('usr_01k9x6c3v5t8r2m4n7p0q1s2w3', open), 404, 'not_found'],
      [capture(ada, open, {}, {}), 400, 'idempotency_key_required'],
      [capture(ada, open, { amount: 0 }), 400, 'invalid_request'],
    ] as const
    for (const [answer, status, code] of refusals) {
      expect(await answer).toMatchObject({ status, body: { code } })
    }
    expect(await coinsOf(ada)).toEqual({ posted: 100, held: 40, available: 60 })
  })

  test('401 and 403 for everybody but a secret key with wallet:write', async () => {
    const ada = await userWith(100)
    const { body } = await hold(ada)
    const params = { walletId: ada, holdId: body.id as string }
    const as = (caller: object) =>
      call(holdsCapture, { caller, params, headers: uniqueKey(), json: {} })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    for (const caller of [player(ada), publishableKey(), secretKeyWith('wallet:read')]) {
      expect(await as(caller)).toMatchObject({ status: 403 })
    }
  })
})
