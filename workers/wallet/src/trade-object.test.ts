import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { callerHeader } from '@coinop/shared/caller'
import { allPowerfulKey, call, testProject } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { transfersCreate } from './routes/transfers.create.ts'
import { trades } from './schema.ts'
import { bindings, deposit, newUser, stubOf, uniqueKey, userWith } from './test-money.ts'
import {
  confirm,
  confirmBoth,
  getTrade,
  holdings,
  makeTradedCurrencies,
  offered,
  passTime,
  tradeStub,
  userHaving,
} from './test-trades.ts'
import type { TradeObject } from './trade-object.ts'
import { sweepTrades } from './trade-projection.ts'
import type { Trade, TradeSide } from './trade-rules.ts'

beforeAll(makeTradedCurrencies)
// Ahead of the real clock: no alarm fires but those that a test fires.
beforeEach(() => passTime(24 * 3_600_000))
afterEach(() => {
  vi.useRealTimers()
})

type Ask = (trade: Trade, side: TradeSide, caps: Record<string, number>) => Promise<unknown>
type Inside = { ask: Ask; answers: (trade: Trade) => Promise<unknown>; run: () => Promise<void> }
type Point = { phase: string; side: TradeSide; when: 'before' | 'after' }
/** From now on, while this object lives, what it asks of a wallet goes through `change`. */
const changeAsks = (
  id: string,
  change: (ask: () => Promise<unknown>, ...of: Parameters<Ask>) => unknown,
) =>
  runInDurableObject(tradeStub(id), (object: TradeObject) => {
    const inside = object as unknown as Inside
    const ask = inside.ask.bind(object)
    vi.spyOn(inside, 'ask').mockImplementation(async (...of) => change(() => ask(...of), ...of))
  })

/** The run ends in the middle, there and then, and nothing of it is written any more. */
const cutOff = (id: string, { phase, side, when }: Point) =>
  runInDurableObject(tradeStub(id), (object: TradeObject) => {
    const inside = object as unknown as Inside
    const answers = inside.answers.bind(object)
    vi.spyOn(inside, 'answers').mockImplementation(async (trade) => {
      if (trade.phase !== phase) return answers(trade)
      for (const each of ['initiator', 'partner'] as const) {
        if (each === side && when === 'before') break
        await inside.ask(trade, each, {})
        if (each === side) break
      }
      throw new Error('cut off')
    })
  })

/** Lets virtual time pass and fires alarms until the trade is done; answers how long that took. */
async function drain(id: string, ...users: string[]): Promise<number> {
  const step = 2_000
  for (let passed = 0; passed <= 60_000; passed += step) {
    for (const stub of [tradeStub(id), ...users.map(stubOf)]) await runDurableObjectAlarm(stub)
    if ((await tradeStub(id).trade())?.phase === 'done') return passed
    passTime(step)
  }
  throw new Error(`The trade ${id} did not end within 60 s.`)
}

const pair = async () => [await userHaving({ COIN: 100 }), await userHaving({ GEM: 10 })] as const

describe('a restart in the middle of a step', () => {
  const points = [
    ...(['holding', 'paying'] as const).flatMap((phase) =>
      (['initiator', 'partner'] as const).flatMap((side) =>
        (['before', 'after'] as const).map((when) => [phase, side, when, 10] as const),
      ),
    ),
    ['releasing', 'initiator', 'before', 11],
    ['releasing', 'initiator', 'after', 11],
  ] as const

  test.each(points)(
    '%s, %s, %s its wallet was asked: it ends within 60 s',
    { timeout: 60_000 },
    async (phase, side, when, gems) => {
      const [ada, grace] = await pair()
      const { id, digest } = await offered([ada, { COIN: 40 }], [grace, { GEM: gems }])
      await confirm(id, ada, digest)
      await cutOff(id, { phase, side, when })
      expect((await confirm(id, grace, digest)).body.status).not.toBe('completed')
      await abortAllDurableObjects()
      await drain(id, ada, grace)
      const { body } = await getTrade(id)
      if (phase === 'releasing') {
        expect(body.status).toBe('failed')
        expect([await holdings(ada), await holdings(grace)]).toEqual([
          { COIN: [100, 0] },
          { GEM: [10, 0] },
        ])
      } else {
        expect(body.status).toBe('completed')
        expect(await holdings(ada)).toEqual({ COIN: [60, 0], GEM: [10, 0] })
        expect(await holdings(grace)).toEqual({ COIN: [40, 0], GEM: [0, 0] })
      }
    },
  )

  test(
    'between the agreement and the first question: it ends within 60 s',
    { timeout: 60_000 },
    async () => {
      const [ada, grace] = await pair()
      const { id, digest } = await offered([ada, { COIN: 40 }], [grace, { GEM: 1 }])
      await confirm(id, ada, digest)
      await runInDurableObject(tradeStub(id), (object: TradeObject) => {
        vi.spyOn(object as unknown as Inside, 'run').mockResolvedValue(undefined)
      })
      expect((await confirm(id, grace, digest)).body.status).toBe('settling')
      await abortAllDurableObjects()
      await drain(id, ada, grace)
      expect((await getTrade(id)).body.status).toBe('completed')
    },
  )

  test(
    'of a wallet that has paid and not delivered: the trade is completed when all has arrived',
    { timeout: 60_000 },
    async () => {
      const [ada, grace] = await pair()
      const trade = await offered([ada, { COIN: 40 }], [grace, { GEM: 1 }])
      await runInDurableObject(stubOf(ada), (object) => {
        vi.spyOn(object as unknown as { deliver(): Promise<void> }, 'deliver').mockResolvedValue(
          undefined,
        )
      })
      expect((await confirmBoth(trade, ada, grace)).body.status).toBe('settling')
      expect(await holdings(ada)).toEqual({ COIN: [60, 0], GEM: [1, 0] })
      expect(await holdings(grace)).toEqual({ GEM: [9, 0] })
      await abortAllDurableObjects()
      await drain(trade.id, ada, grace)
      expect(await holdings(grace)).toEqual({ COIN: [40, 0], GEM: [9, 0] })
    },
  )
})

describe('a wallet that does not answer', () => {
  test(
    'before the decision: at the deadline the trade is off, and the other side free',
    { timeout: 60_000 },
    async () => {
      const [ada, grace] = await pair()
      const trade = await offered([ada, { COIN: 40 }], [grace, { GEM: 1 }], {
        expiresInSeconds: 60,
      })
      let isAway = true
      await changeAsks(trade.id, (ask, { phase }, side) =>
        isAway && side === 'partner' && phase === 'holding' ? undefined : ask(),
      )
      expect((await confirmBoth(trade, ada, grace)).body.status).toBe('settling')
      expect(await holdings(ada)).toEqual({ COIN: [100, 40] })
      passTime(60_000)
      expect((await getTrade(trade.id)).body.status).toBe('expired')
      isAway = false
      await drain(trade.id, ada, grace)
      expect((await getTrade(trade.id)).body.status).toBe('expired')
      expect(await holdings(ada)).toEqual({ COIN: [100, 0] })
      expect(await holdings(grace)).toEqual({ GEM: [10, 0] })
    },
  )

  test(
    'after it, for an hour: the money stays held, no deadline frees it, and then it is paid',
    { timeout: 60_000 },
    async () => {
      const [ada, grace] = await pair()
      const trade = await offered([ada, { COIN: 40 }], [grace, { GEM: 1 }], {
        expiresInSeconds: 60,
      })
      await changeAsks(trade.id, (ask, { phase }) => (phase === 'paying' ? undefined : ask()))
      await confirmBoth(trade, ada, grace)
      passTime(3_600_000)
      for (const stub of [stubOf(ada), stubOf(grace)]) await stub.poke()
      expect(await holdings(ada)).toEqual({ COIN: [100, 40] })
      expect(await holdings(grace)).toEqual({ GEM: [10, 1] })
      expect((await getTrade(trade.id)).body.status).toBe('settling')
      await abortAllDurableObjects()
      await drain(trade.id, ada, grace)
      expect((await getTrade(trade.id)).body.status).toBe('completed')
      expect(await holdings(ada)).toEqual({ COIN: [60, 0], GEM: [1, 0] })
    },
  )

  test('a request to set aside that arrives after the release is refused', async () => {
    const ada = await userWith(100)
    const wallet = { projectId: testProject, walletId: ada }
    const same = { do: 'escrow' as const, wallet, transferId: 'trd_late', actor: 'trade:trd_late' }
    const parts = {
      gives: [{ transferId: 'trf_late', currency: 'COIN', amount: 40 }],
      receives: [],
    }
    const release = { ...same, act: 'release' as const, key: 'escrow-release:trd_late' }
    expect(await stubOf(ada).execute(release)).toMatchObject({ ok: true })
    const hold = {
      ...same,
      ...parts,
      act: 'hold' as const,
      counterparty: 'usr_x',
      key: 'escrow:trd_late',
    }
    expect(await stubOf(ada).execute(hold)).toMatchObject({ ok: false })
    expect(await holdings(ada)).toEqual({ COIN: [100, 0] })
  })
})

describe('between the decision and the payment', () => {
  test(
    'nothing takes the money that was set aside, nor the room that was kept',
    { timeout: 60_000 },
    async () => {
      const [ada, grace] = [await userHaving({ MEDAL: 60 }), await userHaving({ MEDAL: 50 })]
      const trade = await offered([ada, { MEDAL: 50 }], [grace, {}])
      await changeAsks(trade.id, (ask, { phase }) => (phase === 'paying' ? undefined : ask()))
      await confirmBoth(trade, ada, grace)
      const send = { from: ada, to: grace, currency: 'MEDAL', amount: 11 }
      expect(await call(transfersCreate, { headers: uniqueKey(), json: send })).toMatchObject({
        body: { code: 'insufficient_funds' },
      })
      expect(await deposit(grace, 1, 'MEDAL')).toMatchObject({
        body: { code: 'currency_cap_exceeded' },
      })
      const small = { ...send, amount: 10 }
      expect(await call(transfersCreate, { headers: uniqueKey(), json: small })).toMatchObject({
        body: { code: 'currency_cap_exceeded' },
      })
      await abortAllDurableObjects()
      await drain(trade.id, ada, grace)
      expect(await holdings(grace)).toEqual({ MEDAL: [100, 0] })
    },
  )

  test(
    'a second trade cannot use the money or the room of the first',
    { timeout: 60_000 },
    async () => {
      const [ada, grace] = [await userHaving({ MEDAL: 60 }), await userHaving({ MEDAL: 50 })]
      const [first, second, third] = [
        await offered([ada, { MEDAL: 40 }], [grace, {}]),
        await offered([ada, { MEDAL: 21 }], [grace, {}]),
        await offered([ada, { MEDAL: 20 }], [grace, {}]),
      ]
      await changeAsks(first.id, (ask, { phase }) => (phase === 'paying' ? undefined : ask()))
      await confirmBoth(first, ada, grace)
      expect((await confirmBoth(second, ada, grace)).body.status).toBe('failed')
      const { body } = await confirmBoth(third, ada, grace)
      expect(body.failure).toEqual({ userId: grace, code: 'currency_cap_exceeded' })
      await abortAllDurableObjects()
      await drain(first.id, ada, grace)
      expect([await holdings(ada), await holdings(grace)]).toEqual([
        { MEDAL: [20, 0] },
        { MEDAL: [90, 0] },
      ])
    },
  )
})

/** The log of the real `events`, as the gateway binds it: see vitest.worker.ts. */
async function announced(tradeId: string): Promise<[string, string][]> {
  const { GATEWAY_TO_EVENTS: events } = bindings as unknown as { GATEWAY_TO_EVENTS: Fetcher }
  const headers = { [callerHeader]: JSON.stringify(allPowerfulKey()) }
  const log: { type: string; subject: string; data: { userId: string } }[] = []
  for (let after = 0, head = 1; after < head;) {
    const answer = await events.fetch(`http://events/v1/events?limit=100&after=${after}`, {
      headers,
    })
    const page = await answer.json<{ data: typeof log; nextAfter: number; head: number }>()
    log.push(...page.data)
    after = page.nextAfter
    head = page.head
  }
  return log
    .filter(({ subject }) => subject === tradeId)
    .map(({ type, data }) => [type.replace('wallet.trade.', ''), data.userId])
}

describe('the copy and the sweep', () => {
  test(
    'every step is announced once, in order, however often it is published',
    { timeout: 60_000 },
    async () => {
      const [ada, grace] = await pair()
      const trade = await offered([ada, { COIN: 40 }], [grace, { GEM: 1 }])
      await confirmBoth(trade, ada, grace)
      for (let published = 0; published < 2; published++) {
        await runInDurableObject(tradeStub(trade.id), (_, state) => {
          state.storage.sql.exec('UPDATE trade SET publishedSeq = 0')
        })
        await tradeStub(trade.id).poke()
      }
      expect(await announced(trade.id)).toEqual([
        ['created', ada],
        ['offered', ada],
        ['offered', grace],
        ['confirmed', ada],
        ['confirmed', grace],
        ['agreed', ''],
        ['decided', ''],
        ['completed', ''],
      ])
    },
  )

  test(
    'an expired trade is written down by its alarm, and listed as ended',
    { timeout: 60_000 },
    async () => {
      const [ada, grace] = [await userWith(1), await newUser()]
      const { id } = await offered([ada, { COIN: 1 }], [grace, {}], { expiresInSeconds: 60 })
      passTime(60_000)
      await runDurableObjectAlarm(tradeStub(id))
      const rows = await drizzle(bindings.WALLET_DB)
        .select()
        .from(trades)
        .where(eq(trades.tradeId, id))
      expect(rows.map(({ status, dueAt }) => [status, dueAt])).toEqual([
        ['expired', null],
        ['expired', null],
      ])
    },
  )

  test(
    'the sweep wakes a trade whose alarm was lost, two minutes after its time',
    { timeout: 60_000 },
    async () => {
      const [ada, grace] = [await userWith(1), await newUser()]
      const { id } = await offered([ada, { COIN: 1 }], [grace, {}], { expiresInSeconds: 60 })
      await runInDurableObject(tradeStub(id), (_, state) => state.storage.deleteAlarm())
      passTime(60_000 + 119_000)
      expect(await sweepTrades(bindings)).toBe(0)
      passTime(2_000)
      expect(await sweepTrades(bindings)).toBe(1)
      expect((await tradeStub(id).trade())?.outcome).toBe('expired')
      expect(await sweepTrades(bindings)).toBe(0)
    },
  )
})
