import { exports } from 'cloudflare:workers'
import { newId } from '@coinop/shared/ids'
import { call, otherProject, player, secretKeyWith, testProject } from '@coinop/shared/testing'
import { type DeathStep, deathAt } from '@coinop/shared/testing-death'
import { drizzle } from 'drizzle-orm/d1'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { TradedPieces } from './item-parts.ts'
import type { Item } from './model.ts'
import { giveItem, useItem } from './moves.ts'
import { refund } from './refunds.ts'
import { inventoryList } from './routes/inventory.list.ts'
import type { ShopTrades } from './rpc-trades.ts'
import {
  bindings,
  buy,
  counted,
  eventsOf,
  makeCurrency,
  makeItem,
  owned,
  userWith,
} from './test-shop.ts'
import { handOver, putBack, setAside } from './trades.ts'

const { ShopTrades: shop } = exports as unknown as { ShopTrades: Service<typeof ShopTrades> }
const projectId = testProject
const db = drizzle(bindings.SHOP_DB)
const server = () => ({ ...secretKeyWith('shop:write'), projectId })

beforeAll(() => makeCurrency())

/** Ada has three swords, Grace two shields, and they are to exchange two and one. */
async function world() {
  const [ada, grace] = [await userWith(100), await userWith(100)]
  const [sword, shield] = [await makeItem({ name: 'Sword', onUse: [] }), await makeItem()]
  const { body: order } = await buy(ada, { itemId: sword.id, quantity: 3 })
  await buy(grace, { itemId: shield.id, quantity: 2 })
  const tradeId = newId('trd')
  const pieces: TradedPieces[] = [
    { userId: ada, recipientId: grace, itemId: sword.id, quantity: 2 },
    { userId: grace, recipientId: ada, itemId: shield.id, quantity: 1 },
  ]
  const trade = { projectId, tradeId }
  return { ada, grace, sword, shield, orderId: order.id as string, trade, pieces }
}

/** By item: `[all, held]`. */
async function lines(userId: string): Promise<Record<string, [number, number]>> {
  const { body } = await call(inventoryList, { query: { userId, limit: '100' } })
  const data = body.data as { item: Pick<Item, 'id'>; quantity: number; held: number }[]
  return Object.fromEntries(data.map(({ item, quantity, held }) => [item.id, [quantity, held]]))
}

const told = async (tradeId: string) =>
  ((await eventsOf('shop.item.traded')).get(tradeId) ?? []).map(({ data }) => data)

describe('pieces that are set aside', () => {
  test('are their owner’s and seen as held, once, however often it is asked, also at once', async () => {
    const { ada, grace, sword, shield, trade, pieces } = await world()
    const ask = () => shop.setAside({ ...trade, pieces })
    const answers = await Promise.all(Array.from({ length: 10 }, ask))
    expect([...answers, await ask()].every(({ ok }) => ok)).toBe(true)
    expect(await lines(ada)).toEqual({ [sword.id]: [3, 2] })
    expect(await lines(grace)).toEqual({ [shield.id]: [2, 1] })
  })

  test('cannot be used, given, refunded or set aside by another trade, also when none is left', async () => {
    const { ada, grace, sword, trade, pieces, orderId } = await world()
    const all = [{ ...pieces[0]!, quantity: 3 }]
    expect(await shop.setAside({ ...trade, pieces: all })).toEqual({ ok: true })
    const wanted = { userId: ada, itemId: sword.id, quantity: 1, key: 'once' }
    const missing = { ok: false, code: 'pieces_missing' }
    expect(await useItem(bindings, player(ada), wanted)).toEqual(missing)
    expect(await giveItem(bindings, player(ada), { ...wanted, to: grace })).toEqual(missing)
    expect(await refund(bindings, server(), orderId)).toEqual(missing)
    const other = { projectId, tradeId: newId('trd'), pieces: [{ ...pieces[0]!, quantity: 1 }] }
    expect(await shop.setAside(other)).toEqual({ ...missing, userId: ada })
    expect(await lines(ada)).toEqual({ [sword.id]: [3, 3] })
    // And the user still owns them, as far as a requirement asks.
    const wantedItems = [{ kind: 'item' as const, itemId: sword.id, quantity: 3 }]
    const badge = await makeItem({ requirements: { all: wantedItems, any: [], none: [] } })
    expect(await buy(ada, { itemId: badge.id })).toMatchObject({ status: 201 })
    await shop.putBack(trade)
    expect(await useItem(bindings, player(ada), wanted)).toMatchObject({ ok: true })
  })

  test('are all of both sides or none: whose are missing is said', async () => {
    const { ada, grace, sword, shield, trade, pieces } = await world()
    const tooMany = [pieces[0]!, { ...pieces[1]!, quantity: 3 }]
    const refused = { ok: false, code: 'pieces_missing', userId: grace }
    expect(await shop.setAside({ ...trade, pieces: tooMany })).toEqual(refused)
    expect(await lines(ada)).toEqual({ [sword.id]: [3, 0] })
    expect(await lines(grace)).toEqual({ [shield.id]: [2, 0] })
    // It is not remembered: the trade decides on the answer that it hears.
    expect(await shop.setAside({ ...trade, pieces })).toEqual({ ok: true })
  })

  test('are never more than there are, of 20 trades at once', async () => {
    const { ada, sword, pieces } = await world()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        shop.setAside({ projectId, tradeId: newId('trd'), pieces: [pieces[0]!] }),
      ),
    )
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await lines(ada)).toEqual({ [sword.id]: [3, 2] })
  })

  test.each([
    ['none', 0],
    ['fewer than none', -1],
    ['half a piece', 0.5],
    ['more than an order has', 1_001],
  ])('are not %s', async (_, quantity) => {
    const { ada, sword, trade, pieces } = await world()
    await expect(setAside(db, trade, [{ ...pieces[0]!, quantity }])).rejects.toThrow()
    expect(await lines(ada)).toEqual({ [sword.id]: [3, 0] })
  })

  test('are items of the project: others, and items that are none, are not found', async () => {
    const { sword, trade, pieces } = await world()
    const notFound = { ok: false, code: 'item_not_found' }
    const unknown = [{ ...pieces[0]!, itemId: newId('itm') }]
    expect(await shop.setAside({ ...trade, pieces: unknown })).toMatchObject(notFound)
    const foreign = { ...trade, projectId: otherProject, pieces: [pieces[0]!] }
    expect(await shop.setAside(foreign)).toMatchObject(notFound)
    expect(await shop.check(server(), [sword.id])).toEqual({ ok: true, value: true })
    expect(await shop.check(server(), [sword.id, newId('itm')])).toEqual(notFound)
    const stranger = { ...server(), projectId: otherProject }
    expect(await shop.check(stranger, [sword.id])).toEqual(notFound)
  })
})

describe('pieces that change hands', () => {
  test('do so once and are announced once each, however often and late it is asked', async () => {
    const { ada, grace, sword, shield, trade, pieces } = await world()
    await shop.setAside({ ...trade, pieces })
    await Promise.all(Array.from({ length: 10 }, () => shop.handOver(trade)))
    await shop.handOver(trade)
    // A question that is asked twice arrives for the second time.
    expect(await shop.setAside({ ...trade, pieces })).toEqual({ ok: true })
    expect(await lines(ada)).toEqual({ [sword.id]: [1, 0], [shield.id]: [1, 0] })
    expect(await lines(grace)).toEqual({ [shield.id]: [1, 0], [sword.id]: [2, 0] })
    await vi.waitFor(async () => expect(await told(trade.tradeId)).toHaveLength(2))
    expect(await told(trade.tradeId)).toContainEqual({
      tradeId: trade.tradeId,
      userId: ada,
      recipientId: grace,
      itemId: sword.id,
      itemName: 'Sword',
      quantity: 2,
    })
    await expect(putBack(db, trade)).rejects.toThrow('was handed over')
  })

  test('are gone for a refund of their order, until as many are back', async () => {
    const { ada, grace, sword, trade, pieces, orderId } = await world()
    await shop.setAside({ ...trade, pieces })
    await shop.handOver(trade)
    expect(await refund(bindings, server(), orderId)).toMatchObject({ code: 'pieces_missing' })
    const back = { userId: grace, itemId: sword.id, quantity: 2, to: ada, key: 'back' }
    expect(await giveItem(bindings, player(grace), back)).toMatchObject({ ok: true })
    expect(await refund(bindings, server(), orderId)).toMatchObject({ ok: true })
    expect(Object.keys(await owned(ada))).not.toContain(sword.id)
  })

  test('do not before they are set aside, nor in another project', async () => {
    const { ada, sword, trade, pieces } = await world()
    await expect(handOver(db, trade)).rejects.toThrow('nothing is held')
    await shop.setAside({ ...trade, pieces })
    const foreign = { ...trade, projectId: otherProject }
    await expect(handOver(db, foreign)).rejects.toThrow('nothing is held')
    await shop.putBack(foreign)
    expect(await lines(ada)).toEqual({ [sword.id]: [3, 2] })
  })

  test('write at most 40 rows for one item on each side', async () => {
    const { trade, pieces } = await world()
    const { written, database } = counted()
    await setAside(drizzle(database), trade, pieces)
    await handOver(drizzle(database), trade)
    console.info(`shop: rows written for a trade of two items: ${written.rows}`)
    expect(written.rows).toBeGreaterThan(5)
    expect(written.rows).toBeLessThanOrEqual(40)
  })
})

describe('pieces that are put back', () => {
  test('are free once, and a late question to set them aside is refused', async () => {
    const { ada, sword, trade, pieces } = await world()
    await shop.setAside({ ...trade, pieces })
    await Promise.all(Array.from({ length: 10 }, () => shop.putBack(trade)))
    expect(await lines(ada)).toEqual({ [sword.id]: [3, 0] })
    const late = { ok: false, code: 'hold_closed', userId: '' }
    expect(await shop.setAside({ ...trade, pieces })).toEqual(late)
    await expect(handOver(db, trade)).rejects.toThrow('nothing is held')
    expect(await told(trade.tradeId)).toEqual([])
  })

  test('before they were set aside never are', async () => {
    const { ada, sword, trade, pieces } = await world()
    await shop.putBack(trade)
    expect(await shop.setAside({ ...trade, pieces })).toMatchObject({ code: 'hold_closed' })
    expect(await lines(ada)).toEqual({ [sword.id]: [3, 0] })
  })

  test('are there again also when their line is gone', async () => {
    const { ada, sword, trade, pieces } = await world()
    await shop.setAside({ ...trade, pieces: [{ ...pieces[0]!, quantity: 3 }] })
    // As the shop of the version before would, which knew of no held pieces, at the moment of a deployment.
    await bindings.SHOP_DB.prepare('DELETE FROM inventory WHERE user_id = ?').bind(ada).run()
    await shop.putBack(trade)
    expect(await lines(ada)).toEqual({ [sword.id]: [3, 0] })
  })
})

describe('a step that dies', () => {
  const steps = ['set aside', 'hand over', 'put back'] as const
  const whens: DeathStep[] = ['before', 'after']
  const deaths = steps.flatMap((step) => whens.map((when) => ({ step, when })))

  test.each(deaths)('$when its batch, $step: repeated it is done once', async ({ step, when }) => {
    const { ada, grace, sword, shield, trade, pieces } = await world()
    const { around } = deathAt(1, when)
    const dying = drizzle({
      prepare: (query: string) => bindings.SHOP_DB.prepare(query),
      batch: (all: D1PreparedStatement[]) => around(() => bindings.SHOP_DB.batch(all)),
    } as unknown as D1Database)
    if (step !== 'set aside') await setAside(db, trade, pieces)
    const act = {
      'set aside': (given: typeof db) => setAside(given, trade, pieces),
      'hand over': (given: typeof db) => handOver(given, trade),
      'put back': (given: typeof db) => putBack(given, trade),
    }[step]
    await expect(act(dying)).rejects.toThrow()
    await act(db)
    const swords = { 'set aside': [3, 2], 'hand over': [1, 0], 'put back': [3, 0] }[step]
    const isOver = step === 'hand over'
    expect(await lines(ada)).toEqual({
      [sword.id]: swords,
      ...(isOver && { [shield.id]: [1, 0] }),
    })
    expect(Object.keys(await lines(grace))).toHaveLength(isOver ? 2 : 1)
  })
})
