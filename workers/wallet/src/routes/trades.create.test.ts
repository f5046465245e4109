import { newId } from '@coinop/shared/ids'
import { anonymous, call, player, secretKeyWith } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { newUser, uniqueKey, userWith } from '../test-money.ts'
import { begin, makeTradedCurrencies, offerOf, unknownTrade } from '../test-trades.ts'
import { tradesMax } from '../trades.ts'
import { tradesCreate } from './trades.create.ts'

beforeAll(makeTradedCurrencies)

const coins = (amount: number) => offerOf({ COIN: amount }).currencies

describe('trades.create', () => {
  test('201 with the offer, open for 15 minutes; nothing is held', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const json = { partnerId: grace, offer: offerOf({ COIN: 40 }) }
    const { status, body } = await call(tradesCreate, {
      caller: player(ada),
      headers: uniqueKey(),
      json,
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      status: 'open',
      version: 1,
      initiator: { userId: ada, offer: offerOf({ COIN: 40 }), confirmed: false },
      partner: { userId: grace, offer: { currencies: [] }, confirmed: false },
      failure: null,
      endedAt: null,
    })
    expect(Date.parse(body.expiresAt) - Date.parse(body.createdAt)).toBe(15 * 60_000)
  })

  test('201 the same trade for the same key, also when both are sent at once', async () => {
    const [ada, grace] = [await newUser(), await newUser()]
    const key = uniqueKey()
    const answers = await Promise.all(Array.from({ length: 5 }, () => begin(ada, grace, {}, key)))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    const again = await begin(ada, grace, {}, key)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    const other = await begin(ada, await newUser(), {}, key)
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
  })

  test('404 not_found, partner_not_found, currency_not_found, item_not_found; 409 trade_with_self, currency_not_transferable; 400 idempotency_key_required', async () => {
    const [ada, grace] = [await newUser(), await newUser()]
    const nobody = unknownTrade.replace('trd', 'usr')
    const refusals = [
      [begin(nobody, grace), 404, 'not_found'],
      [begin(ada, nobody), 404, 'partner_not_found'],
      [begin(ada, grace, { offer: offerOf({ NONE: 1 }) }), 404, 'currency_not_found'],
      [begin(ada, grace, { offer: offerOf({ [newId('itm')]: 1 }) }), 404, 'item_not_found'],
      [begin(ada, ada), 409, 'trade_with_self'],
      [begin(ada, grace, { offer: offerOf({ BADGE: 1 }) }), 409, 'currency_not_transferable'],
      [begin(ada, grace, {}, {}), 400, 'idempotency_key_required'],
    ] as const
    for (const [answer, status, code] of refusals) {
      expect(await answer).toMatchObject({ status, body: { code } })
    }
  })

  test.each([
    ['a currency twice', { offer: { currencies: [...coins(1), ...coins(2)] } }],
    [
      'nine currencies',
      { offer: offerOf(Object.fromEntries(Array.from('ABCDEFGHI', (c) => [`${c}X`, 1]))) },
    ],
    ['an amount of 0', { offer: offerOf({ COIN: 0 }) }],
    ['no time', { expiresInSeconds: 0 }],
    ['more than a week', { expiresInSeconds: 7 * 24 * 3_600 + 1 }],
    ['an unknown field', { gift: true }],
  ])('400 invalid_request for %s', async (_, more) => {
    const [ada, grace] = [await newUser(), await newUser()]
    expect(await begin(ada, grace, more)).toMatchObject({ body: { code: 'invalid_request' } })
  })

  test(
    '409 too_many_trades for the one after 50 that are under way',
    { timeout: 60_000 },
    async () => {
      const [ada, grace] = [await newUser(), await newUser()]
      const key = uniqueKey()
      expect(await begin(ada, grace, {}, key)).toMatchObject({ status: 201 })
      for (let made = 1; made < tradesMax; made++) await begin(ada, grace)
      expect(await begin(ada, grace)).toMatchObject({
        status: 409,
        body: { code: 'too_many_trades' },
      })
      // Whom it names is not bound by it, and a key that has its trade keeps it.
      expect(await begin(grace, ada)).toMatchObject({ status: 201 })
      expect(await begin(ada, grace, {}, key)).toMatchObject({ status: 201 })
    },
  )

  test(
    'of 60 that one player begins at once exactly 50 are begun',
    { timeout: 120_000 },
    async () => {
      const [ada, grace] = [await newUser(), await newUser()]
      const answers = await Promise.all(
        Array.from({ length: tradesMax + 10 }, () => begin(ada, grace)),
      )
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(tradesMax)
      const refused = answers.filter(({ body }) => body.code === 'too_many_trades')
      expect(refused).toHaveLength(10)
    },
  )

  test('401 without a credential, 403 for another player or a key without wallet:write', async () => {
    const [ada, grace] = [await newUser(), await newUser()]
    const as = (caller: object) =>
      call(tradesCreate, { caller, headers: uniqueKey(), json: { userId: ada, partnerId: grace } })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    expect(await as(player(grace))).toMatchObject({ status: 403 })
    expect(await as(secretKeyWith('wallet:read'))).toMatchObject({ status: 403 })
  })
})
