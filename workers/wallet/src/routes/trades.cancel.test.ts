import { anonymous, call, player, secretKeyWith } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { newUser, uniqueKey, userWith } from '../test-money.ts'
import {
  cancel,
  confirm,
  confirmBoth,
  getTrade,
  holdings,
  makeTradedCurrencies,
  offered,
  unknownTrade,
} from '../test-trades.ts'
import { tradesCancel } from './trades.cancel.ts'

beforeAll(makeTradedCurrencies)

describe('trades.cancel', () => {
  test('200 by either side, also after the other has confirmed; nothing has moved', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    for (const side of [ada, grace]) {
      const { id, digest } = await offered([ada, { COIN: 1 }], [grace, {}])
      await confirm(id, ada, digest)
      const key = uniqueKey()
      for (const replayed of [null, 'true']) {
        const answer = await cancel(id, side, key)
        expect(answer).toMatchObject({ status: 200, body: { status: 'cancelled' } })
        expect(answer.headers.get('idempotency-replayed')).toBe(replayed)
      }
      expect(await cancel(id, ada)).toMatchObject({ status: 200, body: { status: 'cancelled' } })
    }
    expect(await holdings(ada)).toEqual({ COIN: [100, 0] })
  })

  test('409 trade_closed once it is completed; 404 not_found, the same for a foreigner and for no trade; 400 idempotency_key_required', async () => {
    const [ada, grace, eve] = [await userWith(100), await newUser(), await newUser()]
    const done = await offered([ada, { COIN: 1 }], [grace, {}])
    await confirmBoth(done, ada, grace)
    const { id } = await offered([ada, { COIN: 1 }], [grace, {}])
    expect(await cancel(done.id, ada)).toMatchObject({
      status: 409,
      body: { code: 'trade_closed' },
    })
    expect(await cancel(id, ada, {})).toMatchObject({
      status: 400,
      body: { code: 'idempotency_key_required' },
    })
    const [foreign, missing] = [await cancel(id, eve), await cancel(unknownTrade, eve)]
    expect(foreign).toMatchObject({ status: 404, body: { code: 'not_found' } })
    const same = { ...foreign.body, requestId: '' }
    expect({ ...missing.body, requestId: '' }).toEqual(same)
    expect((await getTrade(id)).body.status).toBe('open')
  })

  test('200 the same key in two trades: it belongs to its operation, its trade and its player', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const key = uniqueKey()
    for (let made = 0; made < 2; made++) {
      const { id } = await offered([ada, { COIN: 1 }], [grace, {}])
      expect(await cancel(id, ada, key)).toMatchObject({ status: 200 })
    }
  })

  test('401 without a credential, 403 for the other side or a key without wallet:write', async () => {
    const [ada, grace] = [await userWith(1), await newUser()]
    const { id: tradeId } = await offered([ada, { COIN: 1 }], [grace, {}])
    const as = (caller: object) =>
      call(tradesCancel, {
        caller,
        params: { tradeId },
        query: { userId: ada },
        headers: uniqueKey(),
      })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    expect(await as(player(grace))).toMatchObject({ status: 403 })
    expect(await as(secretKeyWith('wallet:read'))).toMatchObject({ status: 403 })
    expect((await getTrade(tradeId)).body.status).toBe('open')
  })
})
