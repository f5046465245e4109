import { runInDurableObject } from 'cloudflare:test'
import { anonymous, call, player, secretKeyWith } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { capture, hold, unknownHold, voidHold } from '../test-holds.ts'
import { coinsOf, makeCurrencies, stubOf, uniqueKey, userWith } from '../test-money.ts'
import { holdsVoid } from './holds.void.ts'

beforeAll(makeCurrencies)

describe('holds.void', () => {
  test('200 lets go of all that is held, once', async () => {
    const ada = await userWith(100)
    const { body } = await hold(ada)
    const key = uniqueKey()
    for (const replayed of [null, 'true']) {
      const answer = await voidHold(ada, body.id, key)
      expect(answer).toMatchObject({ status: 200, body: { status: 'voided', captured: 0 } })
      expect(answer.headers.get('idempotency-replayed')).toBe(replayed)
    }
    expect(await coinsOf(ada)).toEqual({ posted: 100, held: 0, available: 100 })
  })

  test('409 hold_closed, hold_expired, idempotency_conflict; 404 hold_not_found, not_found; 400 idempotency_key_required', async () => {
    const ada = await userWith(100)
    const [taken, late] = [(await hold(ada)).body.id, (await hold(ada)).body.id]
    const key = uniqueKey()
    await capture(ada, taken)
    await voidHold(ada, taken, key)
    await runInDurableObject(stubOf(ada), (_, state) => {
      state.storage.sql.exec('UPDATE holds SET expiresAt = createdAt WHERE id = ?', late)
    })
    const refusals = [
      [voidHold(ada, taken), 409, 'hold_closed'],
      [voidHold(ada, late), 409, 'hold_expired'],
      [voidHold(ada, late, key), 409, 'idempotency_conflict'],
      [voidHold(ada, unknownHold), 404, 'hold_not_found'],
      [voidHold('usr_01k9x6c3v5t8r2m4n7p0q1s2w3', taken), 404, 'not_found'],
      [voidHold(ada, taken, {}), 400, 'idempotency_key_required'],
    ] as const
    for (const [answer, status, code] of refusals) {
      expect(await answer).toMatchObject({ status, body: { code } })
    }
    expect(await coinsOf(ada)).toEqual({ posted: 60, held: 0, available: 60 })
  })

  test('401 and 403 for everybody but a secret key with wallet:write', async () => {
    const ada = await userWith(100)
    const { body } = await hold(ada)
    const params = { walletId: ada, holdId: body.id as string }
    const as = (caller: object) => call(holdsVoid, { caller, params, headers: uniqueKey() })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    for (const caller of [player(ada), secretKeyWith('wallet:read')]) {
      expect(await as(caller)).toMatchObject({ status: 403 })
    }
  })
})
