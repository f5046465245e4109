import type { EventAppender } from '@coinop/shared/events'
import { drainOutbox } from '@coinop/shared/outbox'
import { player, secretKeyWith, testProject } from '@coinop/shared/testing'
import { type DeathStep, deathAt } from '@coinop/shared/testing-death'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { purchase } from './purchase.ts'
import { refund } from './refunds.ts'
import { orders, outbox } from './schema.ts'
import { sweep } from './sweep.ts'
import {
  available,
  bindings,
  charges,
  eventsOf,
  makeCurrency,
  makeItem,
  owned,
  stockOf,
  userWith,
} from './test-shop.ts'

const db = drizzle(bindings.SHOP_DB)

beforeAll(() => makeCurrency())
beforeEach(async () => {
  await db.delete(outbox)
  vi.spyOn(console, 'error').mockReturnValue()
})
afterEach(() => vi.restoreAllMocks())

/**
 * The environment of a request that dies right before or right after its `place`th step outside: a batch, the wallet, or the
 * event log. Nothing more happens outside after that, whatever the code makes of the error.
 */
function dying(place: number, when: DeathStep): { env: ShopEnv; steps: () => number } {
  const { around, steps } = deathAt(place, when)
  const wallet = bindings.WALLET_CHARGES
  const log = bindings.EVENTS_APPENDS
  const env = {
    ...bindings,
    SHOP_DB: {
      prepare: (query: string) => bindings.SHOP_DB.prepare(query),
      batch: (statements: D1PreparedStatement[]) =>
        around(() => bindings.SHOP_DB.batch(statements)),
    },
    WALLET_CHARGES: {
      charge: (...given: Parameters<typeof wallet.charge>) => around(() => wallet.charge(...given)),
      refund: (...given: Parameters<typeof wallet.refund>) => around(() => wallet.refund(...given)),
    },
    EVENTS_APPENDS: {
      append: (...given: Parameters<typeof log.append>) => around(() => log.append(...given)),
    },
  }
  return { env: env as unknown as ShopEnv, steps }
}

const placesMax = 5
const deaths = Array.from({ length: placesMax }, (_, index) => index + 1).flatMap((place) => [
  { place, when: 'before' as const },
  { place, when: 'after' as const },
])

const server = () => ({ ...secretKeyWith('shop:write'), projectId: testProject })
const wanted = (userId: string, itemId: string) => ({ userId, itemId, quantity: 2, key: 'once' })
const ordersOf = (userId: string) => db.select().from(orders).where(eq(orders.userId, userId))
const world = async () =>
  [
    await userWith(100),
    await makeItem({ stock: 5, price: { currency: 'COIN', amount: 10 } }),
  ] as const

/** What the log has of the order once nothing waits any more: the event's times. */
async function logged(type: 'shop.order.paid' | 'shop.order.refunded', orderId: string) {
  await drainOutbox(db, bindings.EVENTS_APPENDS)
  return ((await eventsOf(type)).get(orderId) ?? []).map(({ at }) => Date.parse(at))
}

describe('a purchase that dies', () => {
  test.each(deaths)(
    '$when step $place, then comes again: one charge, one grant, one event',
    async ({ place, when }) => {
      const [ada, item] = await world()
      const order = wanted(ada, item.id)
      await purchase(dying(place, when).env, player(ada), order).catch(() => undefined)
      const again = await purchase(bindings, player(ada), order)
      expect(again).toMatchObject({ ok: true, value: { order: { status: 'paid' } } })
      const [paid, ...others] = await ordersOf(ada)
      expect(others).toEqual([])
      expect([await available(ada), await stockOf(item)]).toEqual([80, 3])
      expect([await charges(ada), await owned(ada)]).toEqual([[paid!.id], { [item.id]: 2 }])
      expect(await logged('shop.order.paid', paid!.id)).toEqual([paid!.purchasedAt])
    },
  )

  test.each(deaths)(
    '$when step $place, and does not come again: the sweep ends it the same',
    async ({ place, when }) => {
      const [ada, item] = await world()
      const order = wanted(ada, item.id)
      await purchase(dying(place, when).env, player(ada), order).catch(() => undefined)
      await sweep(bindings)
      const [made] = await ordersOf(ada)
      expect(await available(ada)).toBe(made ? 80 : 100)
      expect(await owned(ada)).toEqual(made ? { [item.id]: 2 } : {})
      if (!made) return
      expect(made.status).toBe('paid')
      expect(await logged('shop.order.paid', made.id)).toEqual([made.purchasedAt])
    },
  )

  test('has five steps outside: the deaths above meet each of them', async () => {
    const [ada, item] = await world()
    const whole = dying(placesMax + 1, 'before')
    await purchase(whole.env, player(ada), wanted(ada, item.id))
    expect(whole.steps()).toBe(placesMax)
  })
})

describe('a refund that dies', () => {
  async function bought() {
    const [ada, item] = await world()
    const done = await purchase(bindings, player(ada), wanted(ada, item.id))
    if (!done.ok) throw new Error(done.code)
    return { ada, item, id: done.value.order.id }
  }

  test.each(deaths.filter(({ place }) => place <= 4))(
    '$when step $place: asked again, or left to the sweep, it gives back once and is one event',
    async ({ place, when }) => {
      for (const goOn of [() => sweep(bindings), () => Promise.resolve()]) {
        const { ada, item, id } = await bought()
        await refund(dying(place, when).env, server(), id).catch(() => undefined)
        await goOn()
        expect(await refund(bindings, server(), id)).toMatchObject({ ok: true })
        const [order] = await ordersOf(ada)
        expect([await available(ada), await stockOf(item), await owned(ada)]).toEqual([100, 5, {}])
        expect(order!.status).toBe('refunded')
        expect(await logged('shop.order.refunded', id)).toEqual([order!.refundedAt])
        expect(await logged('shop.order.paid', id)).toHaveLength(1)
      }
    },
  )

  test('has four steps outside: the deaths above meet each of them', async () => {
    const whole = dying(placesMax + 1, 'before')
    await refund(whole.env, server(), (await bought()).id)
    expect(whole.steps()).toBe(4)
  })
})

describe('the event of an order', () => {
  const log = bindings.EVENTS_APPENDS
  type Append = EventAppender['append']
  const withLog = (append: Append) =>
    ({ ...bindings, EVENTS_APPENDS: { append } }) as unknown as ShopEnv

  test('is in the log when the order is answered, and no row waited for it', async () => {
    const [ada, item] = await world()
    const done = await purchase(bindings, player(ada), wanted(ada, item.id))
    if (!done.ok) throw new Error(done.code)
    expect(await db.$count(outbox)).toBe(0)
    expect((await eventsOf('shop.order.paid')).get(done.value.order.id)).toHaveLength(1)
  })

  const failing: [string, Append][] = [
    ['fails', () => Promise.reject(new Error('The log is away.'))],
    ['hangs', () => new Promise(() => undefined)],
    [
      'has it, and its answer is lost',
      async (projectId, events) => {
        await log.append(projectId, events)
        throw new Error('The answer is lost.')
      },
    ],
  ]
  test.each(failing)(
    'waits in the outbox when the log %s, and is logged once',
    async (_, append) => {
      const [ada, item] = await world()
      const done = await purchase(withLog(append), player(ada), wanted(ada, item.id))
      if (!done.ok) throw new Error(done.code)
      const { id, purchasedAt } = done.value.order
      expect((await db.select().from(outbox)).map(({ event }) => event.subject)).toEqual([id])
      expect(await logged('shop.order.paid', id)).toEqual([purchasedAt])
      expect(await db.$count(outbox)).toBe(0)
      expect(await refund(withLog(append), server(), id)).toMatchObject({ ok: true })
      const [order] = await ordersOf(ada)
      expect(await logged('shop.order.refunded', id)).toEqual([order!.refundedAt])
    },
  )

  test('is not told while no money has moved', async () => {
    const append = vi.fn<Append>()
    const [ada, item] = [await userWith(5), await makeItem()]
    const done = await purchase(withLog(append), player(ada), wanted(ada, item.id))
    expect(done).toMatchObject({ ok: true, value: { order: { refusal: 'insufficient_funds' } } })
    expect(append).not.toHaveBeenCalled()
    const [{ event } = { event: undefined }] = await db.select().from(outbox)
    expect(event).toMatchObject({ type: 'shop.order.refused' })
  })
})
