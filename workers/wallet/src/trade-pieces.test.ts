import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { newId } from '@coinop/shared/ids'
import { allPowerfulKey, call, otherProject, testProject } from '@coinop/shared/testing'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { tradesHistory } from './routes/trades.history.ts'
import { bindings, newUser, stubOf } from './test-money.ts'
import { deactivate, give, holdOf, makeItem, piecesOf } from './test-pieces.ts'
import {
  begin,
  confirm,
  confirmBoth,
  getTrade,
  holdings,
  makeTradedCurrencies,
  offer,
  offered,
  offerOf,
  passTime,
  tradeStub,
  userHaving,
} from './test-trades.ts'
import type { TradeObject } from './trade-object.ts'
import type { Trade } from './trade-rules.ts'
import { mayOffer } from './trades.ts'

let [sword, shield] = ['', '']
beforeAll(async () => {
  await makeTradedCurrencies()
  ;[sword, shield] = [await makeItem('Sword'), await makeItem('Shield')]
})
// Ahead of the real clock: no alarm fires but those that a test fires.
beforeEach(() => passTime(24 * 3_600_000))
afterEach(() => {
  vi.useRealTimers()
})

const timeout = 60_000
const shop = bindings.SHOP_TRADES
type Inside = { askShop: (trade: Trade) => Promise<unknown> }
/** From now on, while this object lives, what it asks of the shop goes through `change`. */
const changeAsks = (id: string, change: (ask: () => Promise<unknown>, trade: Trade) => unknown) =>
  runInDurableObject(tradeStub(id), (object: TradeObject) => {
    const inside = object as unknown as Inside
    const ask = inside.askShop.bind(object)
    vi.spyOn(inside, 'askShop').mockImplementation(async (trade) => change(() => ask(trade), trade))
  })

/** Lets virtual time pass and fires alarms until the trade is done. */
async function drain(id: string, ...users: string[]): Promise<void> {
  for (let passed = 0; passed <= 60_000; passed += 2_000) {
    for (const stub of [tradeStub(id), ...users.map(stubOf)]) await runDurableObjectAlarm(stub)
    if ((await tradeStub(id).trade())?.phase === 'done') return
    passTime(2_000)
  }
  throw new Error(`The trade ${id} did not end within 60 s.`)
}

const pair = async () =>
  [await userHaving({ COIN: 100, [sword]: 3 }), await userHaving({ GEM: 10, [shield]: 1 })] as const

describe('a trade with items', () => {
  test('moves money and pieces of both sides, and tells the event log once for each item', async () => {
    const [ada, grace] = await pair()
    const trade = await offered([ada, { COIN: 40, [sword]: 2 }], [grace, { GEM: 5, [shield]: 1 }])
    expect((await confirmBoth(trade, ada, grace)).body).toMatchObject({ status: 'completed' })
    expect(await piecesOf(ada)).toEqual({ [sword]: [1, 0], [shield]: [1, 0] })
    expect(await piecesOf(grace)).toEqual({ [sword]: [2, 0] })
    expect(await holdings(grace)).toEqual({ COIN: [40, 0], GEM: [5, 0] })
    await shop.handOver({ projectId: testProject, tradeId: trade.id })
    const facts = { tradeId: trade.id, userId: ada, recipientId: grace, itemId: sword }
    await vi.waitFor(async () => {
      const told = await tradedEvents(trade.id)
      expect(told).toHaveLength(2)
      expect(told).toContainEqual({ ...facts, itemName: 'Sword', quantity: 2 })
    })
  })

  test('may be of items alone, for nothing, and of one item both ways', async () => {
    const [ada, grace] = [await userHaving({ [sword]: 3 }), await userHaving({ [sword]: 1 })]
    const trade = await offered([ada, { [sword]: 3 }], [grace, { [sword]: 1 }])
    expect((await confirmBoth(trade, ada, grace)).body.status).toBe('completed')
    expect([await piecesOf(ada), await piecesOf(grace)]).toEqual([
      { [sword]: [1, 0] },
      { [sword]: [3, 0] },
    ])
    const gift = await offered([ada, { [sword]: 1 }], [grace, {}])
    expect((await confirmBoth(gift, ada, grace)).body.status).toBe('completed')
    expect([await piecesOf(ada), await piecesOf(grace)]).toEqual([{}, { [sword]: [4, 0] }])
  })

  test('has its items in what both see, in the digest and in the history', async () => {
    const [ada, grace] = await pair()
    const { id, digest } = await offered([ada, { [sword]: 2 }], [grace, { GEM: 1 }])
    const { body } = await getTrade(id)
    expect(body.initiator.offer).toEqual(offerOf({ [sword]: 2 }))
    expect(body.partner.offer).toEqual(offerOf({ GEM: 1 }))
    await confirm(id, grace, digest)
    const fewer = await offer(id, ada, { [sword]: 1 })
    expect(fewer.body).toMatchObject({ partner: { confirmed: false }, version: 3 })
    expect(await confirm(id, grace, digest)).toMatchObject({ body: { code: 'trade_changed' } })
    const history = await call(tradesHistory, { params: { tradeId: id } })
    const offers = history.body.data.flatMap(({ offer: made }: { offer?: object }) => made ?? [])
    expect(offers).toEqual([{ [sword]: 2 }, { GEM: 1 }, { [sword]: 1 }].map(offerOf))
  })

  test('sets nothing aside before both have confirmed, and takes an item that is no longer sold', async () => {
    const old = await makeItem('Old sword')
    const [ada, grace] = [await userHaving({ [old]: 2 }), await newUser()]
    const trade = await offered([ada, { [old]: 2 }], [grace, {}])
    await confirm(trade.id, ada, trade.digest)
    expect(await piecesOf(ada)).toEqual({ [old]: [2, 0] })
    await deactivate(old)
    expect((await confirm(trade.id, grace, trade.digest)).body.status).toBe('completed')
    expect(await piecesOf(grace)).toEqual({ [old]: [2, 0] })
  })
})

describe('a trade that cannot be', () => {
  test.each(['gift', 'trade'] as const)(
    'because the pieces went away by a %s fails, says whose, and frees the money',
    async (way) => {
      const [ada, grace] = await pair()
      const trade = await offered([ada, { [sword]: 3 }], [grace, { GEM: 5 }])
      if (way === 'gift') expect(await give(ada, grace, sword, 1)).toBe(201)
      else {
        const other = await offered([ada, { [sword]: 1 }], [grace, {}])
        await confirmBoth(other, ada, grace)
      }
      const { body } = await confirmBoth(trade, ada, grace)
      expect(body.status).toBe('failed')
      expect(body.failure).toEqual({ userId: ada, code: 'pieces_missing' })
      expect(await holdings(grace)).toEqual({ GEM: [10, 0] })
      expect(await piecesOf(ada)).toEqual({ [sword]: [2, 0] })
      expect(await holdOf(trade.id)).toBe('released')
    },
  )

  test('because of a wallet puts the pieces back', async () => {
    const [ada, grace] = await pair()
    const trade = await offered([ada, { [sword]: 3 }], [grace, { GEM: 11 }])
    const { body } = await confirmBoth(trade, ada, grace)
    expect(body.failure).toEqual({ userId: grace, code: 'insufficient_funds' })
    await drain(trade.id, ada, grace)
    expect(await piecesOf(ada)).toEqual({ [sword]: [3, 0] })
    expect(await give(ada, grace, sword, 3)).toBe(201)
  })

  test('404 item_not_found for an item that is none, or of another project: begun or offered', async () => {
    const [ada, grace] = await pair()
    const foreign = await makeItem('Foreign', otherProject)
    const { id } = await offered([ada, { COIN: 1 }], [grace, {}])
    for (const itemId of [newId('itm'), foreign]) {
      const wanted = { offer: offerOf({ [sword]: 1, [itemId]: 1 }) }
      const answers = [await begin(ada, grace, wanted), await offer(id, ada, { [itemId]: 1 })]
      for (const answer of answers) {
        expect(answer).toMatchObject({ status: 404, body: { code: 'item_not_found' } })
      }
    }
    expect((await getTrade(id)).body.initiator.offer).toEqual(offerOf({ COIN: 1 }))
  })

  const line = (quantity: unknown) => ({ itemId: newId('itm'), quantity })
  test.each([
    ['none of an item', [line(0)]],
    ['fewer', [line(-1)]],
    ['half a piece', [line(0.5)]],
    ['1,001 pieces', [line(1_001)]],
    ['more than a number holds', [line(1e300)]],
    ['a text', [line('1')]],
    ['nine items', Array.from({ length: 9 }, () => line(1))],
    ['an item twice', [line(1)].flatMap((each) => [each, each])],
    ['a user as an item', [{ itemId: newId('usr'), quantity: 1 }]],
    ['an item without a quantity', [{ itemId: newId('itm') }]],
    ['an unknown field', [{ ...line(1), price: 1 }]],
    ['no list', line(1)],
  ])('400 invalid_request for %s', async (_, items) => {
    const [ada, grace] = [await newUser(), await newUser()]
    const { status, body } = await begin(ada, grace, { offer: { currencies: [], items } })
    expect([status, body.code]).toEqual([400, 'invalid_request'])
  })

  test('503 unavailable while the shop does not answer, or is not there yet', async () => {
    const caller = allPowerfulKey()
    for (const SHOP_TRADES of [undefined, { check: () => Promise.reject(new Error('away')) }]) {
      const env = { ...bindings, SHOP_TRADES } as unknown as WalletEnv
      const asked = mayOffer(env, caller, offerOf({ [sword]: 1 }))
      await expect(asked).rejects.toMatchObject({ code: 'unavailable' })
      expect(await mayOffer(env, caller, offerOf({ COIN: 1 }))).toMatchObject({ ok: true })
    }
  })
})

describe('a restart in the middle of a step', () => {
  const points = (['holding', 'paying', 'releasing'] as const).flatMap((phase) =>
    (['before', 'after'] as const).map((when) => [phase, when] as const),
  )
  test.each(points)(
    '%s, %s the shop did it: it ends all the same',
    { timeout },
    async (at, when) => {
      const [ada, grace] = await pair()
      // Of the last one there are too few.
      const gems = at === 'releasing' ? 11 : 5
      const { id, digest } = await offered(
        [ada, { [sword]: 2 }],
        [grace, { GEM: gems, [shield]: 1 }],
      )
      await confirm(id, ada, digest)
      let isCut = false
      await changeAsks(id, async (ask, { phase }) => {
        if (phase !== at) return ask()
        if (when === 'after') await ask()
        isCut = true
        throw new Error('cut off')
      })
      expect((await confirm(id, grace, digest)).body.status).not.toBe('completed')
      expect(isCut).toBe(true)
      await abortAllDurableObjects()
      await drain(id, ada, grace)
      const isOff = at === 'releasing'
      expect((await getTrade(id)).body.status).toBe(isOff ? 'failed' : 'completed')
      expect(await piecesOf(ada)).toEqual(
        isOff ? { [sword]: [3, 0] } : { [sword]: [1, 0], [shield]: [1, 0] },
      )
      expect(await piecesOf(grace)).toEqual(isOff ? { [shield]: [1, 0] } : { [sword]: [2, 0] })
      expect(await holdings(grace)).toEqual({ GEM: [isOff ? 10 : 5, 0] })
    },
  )
})

describe('a shop that does not answer', () => {
  test(
    'before the decision: at the deadline it is off, and what comes too late is refused',
    { timeout },
    async () => {
      const [ada, grace] = await pair()
      const gives = { [sword]: 2 }
      const trade = await offered([ada, gives], [grace, { GEM: 5 }], { expiresInSeconds: 60 })
      const late: (() => Promise<unknown>)[] = []
      await changeAsks(trade.id, (ask, { phase }) => {
        if (phase !== 'holding') return ask()
        late.push(ask)
        return undefined
      })
      expect((await confirmBoth(trade, ada, grace)).body.status).toBe('settling')
      expect(await holdings(grace)).toEqual({ GEM: [10, 5] })
      passTime(60_000)
      await drain(trade.id, ada, grace)
      expect((await getTrade(trade.id)).body.status).toBe('expired')
      // What it asked first arrives now.
      expect(await late[0]!()).toMatchObject({ escrow: 'refused', code: 'hold_closed' })
      expect(await piecesOf(ada)).toEqual({ [sword]: [3, 0] })
      expect(await holdings(grace)).toEqual({ GEM: [10, 0] })
    },
  )

  test(
    'after it, for an hour: the pieces stay held, no other trade or gift takes them, and then they change hands',
    { timeout },
    async () => {
      const [ada, grace] = await pair()
      const trade = await offered([ada, { [sword]: 2 }], [grace, { GEM: 5 }], {
        expiresInSeconds: 60,
      })
      await changeAsks(trade.id, (ask, { phase }) => (phase === 'paying' ? undefined : ask()))
      expect((await confirmBoth(trade, ada, grace)).body.status).toBe('settling')
      passTime(3_600_000)
      expect(await piecesOf(ada)).toEqual({ [sword]: [1, 2] })
      expect(await give(ada, grace, sword, 2)).toBe(409)
      const other = await offered([ada, { [sword]: 2 }], [grace, {}])
      expect((await confirmBoth(other, ada, grace)).body.failure).toMatchObject({ userId: ada })
      await abortAllDurableObjects()
      await drain(trade.id, ada, grace)
      expect((await getTrade(trade.id)).body.status).toBe('completed')
      expect([await piecesOf(ada), await piecesOf(grace)]).toEqual([
        { [sword]: [1, 0] },
        { [sword]: [2, 0], [shield]: [1, 0] },
      ])
    },
  )
})

/** What the log of the real `events` has of the trade's items. */
async function tradedEvents(tradeId: string): Promise<object[]> {
  const { GATEWAY_TO_EVENTS: events } = bindings as unknown as { GATEWAY_TO_EVENTS: Fetcher }
  const headers = { 'coinop-caller': JSON.stringify(allPowerfulKey()) }
  const url = 'http://events/v1/events?limit=100&type=shop.item.traded'
  const answer = await events.fetch(url, { headers })
  const { data } = await answer.json<{ data: { subject: string; data: object }[] }>()
  return data.flatMap(({ subject, data: facts }) => (subject === tradeId ? [facts] : []))
}
