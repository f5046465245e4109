import { newId } from '@coinop/shared/ids'
import { anonymous, call, player, secretKeyWith } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { newUser, uniqueKey, userWith } from '../test-money.ts'
import {
  begin,
  cancel,
  confirm,
  getTrade,
  makeTradedCurrencies,
  offer,
  offered,
  offerOf,
  unknownTrade,
} from '../test-trades.ts'
import { offersMax } from '../trade-rules.ts'
import { tradesOffer } from './trades.offer.ts'

beforeAll(makeTradedCurrencies)

describe('trades.offer', () => {
  test('200 a changed offer has a new digest and takes both confirmations back', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const { id, digest } = await offered([ada, { COIN: 40 }], [grace, { GEM: 1 }])
    await confirm(id, ada, digest)
    const { body } = await offer(id, grace, { GEM: 2 })
    expect(body).toMatchObject({
      status: 'open',
      version: 3,
      initiator: { confirmed: false },
      partner: { confirmed: false, offer: offerOf({ GEM: 2 }) },
    })
    expect(body.digest).not.toBe(digest)
    // The old offer again is not the old trade.
    expect((await offer(id, grace, { GEM: 1 })).body.digest).not.toBe(digest)
  })

  test('200 the same offer again, in whatever order, changes nothing', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const { id } = await offered([ada, { COIN: 40, GEM: 1 }], [grace, { GEM: 1 }])
    const before = await getTrade(id)
    expect((await offer(id, ada, { GEM: 1, COIN: 40 })).body).toEqual(before.body)
  })

  test('200 a key that is repeated never sets its offer again', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const { id } = await offered([ada, { COIN: 1 }], [grace, {}])
    for (const amounts of [{ COIN: 1 }, { COIN: 2 }]) {
      const key = uniqueKey()
      await offer(id, ada, amounts, key)
      const later = await offer(id, ada, { COIN: 3 })
      const replayed = await offer(id, ada, amounts, key)
      expect(replayed.headers.get('idempotency-replayed')).toBe('true')
      expect(replayed.body).toEqual(later.body)
    }
  })

  test('404 not_found, the same for a foreigner and for no trade; 404 currency_not_found, item_not_found; 409 currency_not_transferable, trade_closed, idempotency_conflict; 400 idempotency_key_required', async () => {
    const [ada, grace, eve] = [await userWith(100), await newUser(), await newUser()]
    const { id } = await offered([ada, { COIN: 1 }], [grace, {}])
    const { body: gone } = await begin(ada, grace)
    await cancel(gone.id, ada)
    const key = uniqueKey()
    await offer(id, ada, { COIN: 2 }, key)
    const refusals = [
      [offer(id, eve, { COIN: 1 }), 404, 'not_found'],
      [offer(unknownTrade, ada, { COIN: 1 }), 404, 'not_found'],
      [offer(id, ada, { NONE: 1 }), 404, 'currency_not_found'],
      [offer(id, ada, { [newId('itm')]: 1 }), 404, 'item_not_found'],
      [offer(id, ada, { BADGE: 1 }), 409, 'currency_not_transferable'],
      [offer(gone.id, ada, { COIN: 1 }), 409, 'trade_closed'],
      [offer(id, ada, { COIN: 4 }, key), 409, 'idempotency_conflict'],
      [offer(id, ada, { COIN: 1 }, {}), 400, 'idempotency_key_required'],
    ] as const
    for (const [answer, status, code] of refusals) {
      expect(await answer).toMatchObject({ status, body: { code } })
    }
    expect((await getTrade(id)).body.initiator.offer).toEqual(offerOf({ COIN: 2 }))
  })

  test('409 too_many_offers after 100', { timeout: 60_000 }, async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const { body } = await begin(ada, grace)
    for (let set = 0; set < offersMax; set++) await offer(body.id, ada, { COIN: set + 1 })
    expect(await offer(body.id, grace, { COIN: 1 })).toMatchObject({
      status: 409,
      body: { code: 'too_many_offers' },
    })
    expect(await cancel(body.id, grace)).toMatchObject({ status: 200 })
  })

  test('401 without a credential, 403 for the offer of the other side or a key without wallet:write', async () => {
    const [ada, grace] = [await userWith(1), await newUser()]
    const { body } = await begin(ada, grace)
    const as = (caller: object) =>
      call(tradesOffer, {
        caller,
        params: { tradeId: body.id as string },
        headers: uniqueKey(),
        json: { userId: ada, offer: offerOf({ COIN: 1 }) },
      })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    expect(await as(player(grace))).toMatchObject({ status: 403 })
    expect(await as(secretKeyWith('wallet:read'))).toMatchObject({ status: 403 })
    expect(await as(player(ada))).toMatchObject({ status: 200 })
  })
})
