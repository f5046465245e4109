import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { EntryRow } from './ledger-rules.ts'
import { bindings, stubOf } from './test-money.ts'
import { give, makeItem, piecesAfter, piecesIn, piecesOf } from './test-pieces.ts'
import { Random } from './test-random.ts'
import {
  begin,
  cancel,
  confirm,
  getTrade,
  makeTradedCurrencies,
  offer,
  passTime,
  tradeStub,
  userHaving,
} from './test-trades.ts'
import type { TradeObject } from './trade-object.ts'
import { askShop } from './trade-pieces.ts'
import { digestOf, hasItems, type Trade } from './trade-rules.ts'
import type { WalletObject } from './wallet-object.ts'

const runs = 12
const actsPerRun = 40
/** The last of them is one that the partner never confirms. */
const tradesPerRun = 3
/** The cap of MEDAL is 100: what one has fits, what both have does not. */
const starting = { COIN: 100, GEM: 100, MEDAL: 70 }
const startingPieces = 8
const itemsPerRun = 2
const currencies = Object.keys(starting) as (keyof typeof starting)[]

beforeAll(makeTradedCurrencies)
// Ahead of the real clock: no alarm fires but those that a run fires, so that its seed gives the same run again.
beforeEach(() => passTime(24 * 3_600_000))
afterEach(() => {
  vi.useRealTimers()
})

type Inside = {
  ask: (...of: unknown[]) => Promise<unknown>
  askShop: (trade: Trade) => Promise<unknown>
}

class Run {
  readonly chance: Random
  readonly random = (below: number) => this.chance.below(below)
  readonly users: string[] = []
  readonly ids: string[] = []
  readonly items: string[] = []
  /** Those that the shop has made. */
  private readonly gifts: { from: string; itemId: string; quantity: number }[] = []
  /** What was asked of the shop and is still on its way. */
  private readonly late: (() => Promise<unknown>)[] = []
  readonly digests = new Map<string, string[]>()
  private last: (() => Promise<unknown>) | undefined

  constructor(seed: number) {
    this.chance = new Random(seed)
  }

  async start(): Promise<void> {
    for (let item = 0; item < itemsPerRun; item++) this.items.push(await makeItem())
    const pieces = Object.fromEntries(this.items.map((id) => [id, startingPieces]))
    const has = { ...starting, ...pieces }
    this.users.push(await userHaving(has), await userHaving(has))
    for (let made = 0; made < tradesPerRun; made++) {
      const expiresInSeconds = 20 + this.random(300)
      const { body } = await begin(this.users[0]!, this.users[1]!, { expiresInSeconds })
      this.ids.push(body.id as string)
      this.digests.set(body.id as string, [body.digest as string])
    }
  }

  private offer(id: string, user: string): () => Promise<unknown> {
    const wanted = currencies.filter(() => this.random(2) === 0)
    const given = this.items.filter(() => this.random(3) === 0)
    // Now and then more than there is.
    const amounts = Object.fromEntries([
      ...wanted.map((code) => [code, 1 + this.random(60)] as const),
      ...given.map((itemId) => [itemId, 1 + this.random(4)] as const),
    ])
    const key = { 'idempotency-key': `offer-${this.random(2 ** 30)}` }
    return async () => {
      const { body } = await offer(id, user, amounts, key)
      if (body.digest) this.digests.get(id)!.push(body.digest as string)
    }
  }

  private confirm(id: string, user: string): () => Promise<unknown> {
    const known = this.digests.get(id)!
    if (id === this.ids.at(-1) && user !== this.users[0]) return () => getTrade(id)
    const digest = this.random(5) === 0 ? this.chance.pick(known) : known.at(-1)!
    const key = { 'idempotency-key': `confirm-${this.random(2 ** 30)}` }
    return () => confirm(id, user, digest, key)
  }

  /** Something that one of the two, or the clock, or a fault does next. */
  next(): () => Promise<unknown> {
    const [id, user, chance] = [
      this.chance.pick(this.ids),
      this.chance.pick(this.users),
      this.random(100),
    ]
    if (chance < 22) return (this.last = this.offer(id, user))
    if (chance < 60) return (this.last = this.confirm(id, user))
    if (chance < 61) return (this.last = () => cancel(id, user))
    if (chance < 64) return this.gift(user)
    if (chance < 67) return () => this.arriveLate()
    if (chance < 70) return this.last ?? (() => getTrade(id))
    if (chance < 80) return () => this.disturb(id)
    if (chance < 92) return () => runDurableObjectAlarm(this.chance.pick(this.stubs()))
    const milliseconds = this.random(15_000)
    return async () => passTime(milliseconds)
  }

  private gift(from: string): () => Promise<unknown> {
    const [itemId, quantity] = [this.chance.pick(this.items), 1 + this.random(3)]
    const to = this.users.find((user) => user !== from)!
    return async () => {
      if ((await give(from, to, itemId, quantity)) === 201) {
        this.gifts.push({ from, itemId, quantity })
      }
    }
  }

  /** What was asked of the shop long ago, and asked again since. */
  async arriveLate(): Promise<void> {
    for (const ask of this.late.splice(0)) await ask()
  }

  stubs() {
    return [...this.ids.map(tradeStub), ...this.users.map(stubOf)]
  }

  /** While this object lives, some of its questions do not arrive, and some answers are lost. */
  private disturb(id: string): Promise<void> {
    return runInDurableObject(tradeStub(id), (object: TradeObject) => {
      const inside = object as unknown as Inside
      this.disturbShop(inside)
      const ask = inside.ask.bind(object)
      vi.spyOn(inside, 'ask').mockImplementation(async (...of) => {
        const fault = this.random(3)
        if (fault === 0) return undefined
        const answer = await ask(...of)
        return fault === 1 ? undefined : answer
      })
    })
  }

  private disturbShop(inside: Inside): void {
    const ask = inside.askShop.bind(inside)
    vi.spyOn(inside, 'askShop').mockImplementation(async (trade) => {
      const fault = this.random(4)
      const late = () => askShop(bindings.SHOP_TRADES, trade)
      if (fault < 2) this.late.push(late)
      if (fault === 0) return undefined
      const answer = await ask(trade)
      return fault === 2 ? undefined : answer
    })
  }

  /** Fires alarms while virtual time passes, until every trade has ended; answers how long that took. */
  async drain(): Promise<number> {
    const step = 5_000
    for (let passed = 0; ; passed += step) {
      for (const stub of this.stubs()) await runDurableObjectAlarm(stub)
      const records = await this.records()
      if (records.every(({ phase }) => phase === 'done')) return passed
      if (passed > 400_000) throw new Error(`Not ended: ${JSON.stringify(records)}`)
      passTime(step)
    }
  }

  async records(): Promise<Trade[]> {
    return Promise.all(this.ids.map(async (id) => (await tradeStub(id).trade()) as Trade))
  }

  entries(user: string): Promise<EntryRow[]> {
    const newest = { towards: 'older' as const, beyond: 1e9, filter: {}, limit: 1_000 }
    return runInDurableObject(stubOf(user), (object: WalletObject) => object.history(newest).rows)
  }

  /** What a user has of the items when all is over. */
  private piecesWanted(user: string, records: Trade[]): Record<string, [number, number]> {
    const sides = records.flatMap(({ outcome, initiator, partner }) =>
      outcome === 'completed' ? [initiator, partner] : [],
    )
    const given = sides.flatMap(({ userId, offer: { items = [] } }) =>
      items.map((each) => ({ ...each, from: userId })),
    )
    const has = this.items.map((id) => [id, startingPieces] as const)
    return piecesAfter(has, [...this.gifts, ...given], user)
  }

  /** Holds whatever is under way: what is in the wallets and between them is what was put in. */
  async nothingMadeOrLost(): Promise<void> {
    for (const itemId of this.items) expect(await piecesIn(itemId)).toBe(2 * startingPieces)
    for (const currency of currencies) {
      let total = 0
      for (const user of this.users) {
        const mine = (await this.entries(user)).filter((entry) => entry.currency === currency)
        const [balance] = (await stubOf(user).balances()).filter((row) => row.currency === currency)
        expect(balance!.posted).toBe(mine.reduce((sum, { amount }) => sum + amount, 0))
        expect(balance!.held).toBe(mine.reduce((sum, { heldChange }) => sum + heldChange, 0))
        expect(balance!.posted).toBeGreaterThanOrEqual(balance!.held)
        if (currency === 'MEDAL') expect(balance!.posted).toBeLessThanOrEqual(100)
        const transit = mine.filter(({ counterAccount }) => counterAccount === '@transit')
        total += balance!.posted - transit.reduce((sum, { amount }) => sum + amount, 0)
      }
      expect(total).toBe(2 * starting[currency])
    }
  }

  /** Of each trade all or nothing has changed hands, and nothing is left between the wallets. */
  async allOrNothing(): Promise<void> {
    const records = await this.records()
    for (const [index, user] of this.users.entries()) {
      expect(await piecesOf(user)).toEqual(this.piecesWanted(user, records))
      const [mine, theirs] =
        index === 0 ? (['initiator', 'partner'] as const) : (['partner', 'initiator'] as const)
      const wanted: Record<string, number> = { ...starting }
      for (const trade of records.filter(({ outcome }) => outcome === 'completed')) {
        for (const { currency, amount } of trade[mine].offer.currencies) wanted[currency]! -= amount
        for (const { currency, amount } of trade[theirs].offer.currencies)
          wanted[currency]! += amount
      }
      const balances = await stubOf(user).balances()
      expect(
        Object.fromEntries(balances.map(({ currency, posted }) => [currency, posted])),
      ).toEqual(wanted)
      expect(balances.every(({ held }) => held === 0)).toBe(true)
      await runInDurableObject(stubOf(user), (_, state) => {
        expect(state.storage.sql.exec('SELECT * FROM escrows').toArray()).toEqual([])
        expect(
          state.storage.sql.exec(`SELECT * FROM outgoing WHERE state <> 'COMPLETED'`).toArray(),
        ).toEqual([])
      })
    }
  }

  /** A trade was completed only if the last thing that each side did was to confirm it as it stands. */
  async bothConfirmed(): Promise<string[]> {
    const outcomes: string[] = []
    for (const [index, trade] of (await this.records()).entries()) {
      outcomes.push(trade.outcome ?? 'none')
      if (trade.outcome === 'completed' && hasItems(trade)) outcomes.push('completed with items')
      const steps = await tradeStub(this.ids[index]!).history(0, 1_000)
      const ends = steps.filter(({ step }) =>
        ['completed', 'cancelled', 'expired', 'failed'].includes(step),
      )
      expect(ends.map(({ step }) => step)).toEqual([trade.outcome])
      if (trade.outcome !== 'completed') continue
      const lastOffer = steps.findLastIndex(({ step }) => step === 'offered')
      const confirmed = steps.filter(({ step }, at) => step === 'confirmed' && at > lastOffer)
      expect(new Set(confirmed.map(({ userId }) => userId))).toEqual(new Set(this.users))
      for (const { detail } of confirmed) {
        expect(JSON.parse(detail)).toEqual({ digest: digestOf(trade) })
      }
    }
    return outcomes
  }
}

const outcomes = new Map<string, number>()

describe('whatever two players do, and whatever breaks', () => {
  const seeds = Array.from(crypto.getRandomValues(new Uint32Array(runs)))
  test.each(seeds)(
    'seed %i: each trade ends, all or nothing, and only as both confirmed it',
    { timeout: 120_000 },
    async (seed) => {
      const run = new Run(seed)
      await run.start()
      for (let act = 0; act < actsPerRun; act++) {
        const acts = Array.from({ length: 1 + run.random(3) }, () => run.next())
        await Promise.all(acts.map((each) => each()))
        // Between two acts, for the runtime does not survive an abort under an open request.
        if (run.random(12) === 0) await abortAllDurableObjects()
        await run.nothingMadeOrLost()
      }
      await abortAllDurableObjects()
      await run.drain()
      await run.arriveLate()
      await run.nothingMadeOrLost()
      await run.allOrNothing()
      const ends = await run.bothConfirmed()
      expect(ends.filter((each) => each !== 'completed with items')).toHaveLength(tradesPerRun)
      for (const outcome of ends) {
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      }
    },
  )

  test('the runs reached these ways to end', () => {
    console.info(`trades: seeds ${seeds.join(' ')}; outcomes ${JSON.stringify([...outcomes])}`)
    for (const outcome of ['completed', 'completed with items', 'failed', 'expired'])
      expect(outcomes.get(outcome) ?? 0).toBeGreaterThan(0)
  })
})
