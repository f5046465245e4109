import { newId } from '@coinop/shared/ids'
import { drainOutbox } from '@coinop/shared/outbox'
import { player, secretKeyWith, testProject } from '@coinop/shared/testing'
import { environment, type Random, sum } from '@coinop/wallet/test-random'
import { eq, inArray, like } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Item } from './model.ts'
import { giveItem, useItem } from './moves.ts'
import { purchase } from './purchase.ts'
import { refund } from './refunds.ts'
import { inventory, moves, orders, pieceHolds, purchaseCounts } from './schema.ts'
import { sweep } from './sweep.ts'
import { faultyEnv, installSeams } from './test-faults.ts'
import {
  available,
  bindings,
  eventsOf,
  makeCurrency,
  makeItem,
  owned,
  stockOf,
  userWith,
} from './test-shop.ts'
import { handOver, putBack, setAside } from './trades.ts'

const [usersCount, money, stock, limit] = [4, 300, 60, 25]
const [groups, together, faultsPercent] = [20, 6, 10]
const tradesCount = 12
const { seed, runs } = environment(2)
const { points, begin, end, random } = installSeams(seed)
const db = drizzle(bindings.SHOP_DB)
const server = () => ({ ...secretKeyWith('shop:write'), projectId: testProject })

beforeAll(() => makeCurrency())
afterAll(() => {
  points.uninstall()
  vi.restoreAllMocks()
})

type World = { users: string[]; chest: Item; prize: Item }

/** One thing that somebody does; refused or interrupted as it may be. */
async function act(env: ShopEnv, { users, chest, prize }: World, chance: Random): Promise<void> {
  const userId = chance.pick(users)
  const itemId = chance.pick([chest, chest, prize]).id
  const quantity = 1 + chance.below(3)
  // A key that may come again, for the same request or another one.
  const wanted = { userId, itemId, quantity, key: `key-${chance.below(60)}` }
  const caller = player(userId)
  const known = await db.select({ id: orders.id }).from(orders).where(eq(orders.userId, userId))
  const orderId = known.length > 0 ? chance.pick(known).id : newId('ord')
  const deeds = [
    () => purchase(env, caller, wanted),
    () => purchase(env, caller, { ...wanted, itemId: chest.id }),
    () => refund(env, server(), orderId),
    () => useItem(env, caller, wanted),
    () => giveItem(env, caller, { ...wanted, to: chance.pick(users) }),
    ...[1, 2, 3].map(() => () => tradeStep(env, { users, chest, prize }, chance)),
  ]
  await chance
    .pick(deeds)()
    .catch(() => undefined)
}

/** A step of a trade, in whatever order the steps come. */
async function tradeStep(env: ShopEnv, { users, chest, prize }: World, chance: Random) {
  const records = drizzle(env.SHOP_DB)
  const trade = { projectId: testProject, tradeId: `trd_${users[0]}_${chance.below(tradesCount)}` }
  if (chance.below(3) === 0) {
    return chance.below(3) === 0 ? putBack(records, trade) : handOver(records, trade)
  }
  const [userId, recipientId] = chance.below(2) === 0 ? users : users.toReversed()
  const given = { userId: userId!, recipientId: recipientId!, itemId: chest.id, quantity: 1 }
  const back = { userId: recipientId!, recipientId: userId!, itemId: prize.id, quantity: 1 }
  await setAside(records, trade, chance.below(2) === 0 ? [given, back] : [given])
  return chance.below(2) === 0 ? handOver(records, trade) : undefined
}

/** What is held is what the trades under way hold, and the log has what changed hands. */
async function tradesBalanced({ users, chest, prize }: World): Promise<void> {
  const holds = await db
    .select()
    .from(pieceHolds)
    .where(like(pieceHolds.id, `trd_${users[0]}_%`))
  const pieces = (state: string) =>
    holds.flatMap((hold) => (hold.state === state ? hold.pieces : []))
  for (const { id } of [chest, prize]) {
    const rows = await db.select().from(inventory).where(eq(inventory.itemId, id))
    const held = pieces('held').flatMap((each) => (each.itemId === id ? [each.quantity] : []))
    expect(sum(rows.map((row) => row.held)), `held of ${id}`).toBe(sum(held))
    for (const row of rows) expect(Math.min(row.quantity, row.held)).toBeGreaterThanOrEqual(0)
  }
  const events = [...(await eventsOf('shop.item.traded')).values()].flat()
  const told = events.filter(({ data }) => users.includes(String(data['userId'])))
  expect(told).toHaveLength(pieces('given').length)
  expect(pieces('given').length).toBeGreaterThan(0)
}

/** Every order has ended, and every piece and every coin is where the records say. */
async function balanced({ users, chest, prize }: World): Promise<void> {
  const all = await db.select().from(orders).where(inArray(orders.userId, users))
  expect(all.filter(({ status }) => status === 'pending' || status === 'refunding')).toEqual([])
  const paid = all.filter(({ status }) => status === 'paid')
  const made = await db.select().from(moves).where(inArray(moves.userId, users))
  const uses = made.filter(({ kind }) => kind === 'use')
  for (const { id } of [chest, prize]) {
    const held = await Promise.all(users.map(async (userId) => (await owned(userId))[id] ?? 0))
    const brought = [...paid, ...uses].flatMap(({ grants }) => grants)
    const granted = sum(brought.flatMap((each) => (each.itemId === id ? [each.quantity] : [])))
    const used = sum(uses.flatMap((use) => (use.itemId === id ? [use.quantity] : [])))
    expect(sum(held), `pieces of ${id}`).toBe(granted - used)
  }
  const sold = (userId: string) =>
    paid.filter((order) => order.userId === userId && order.itemId === chest.id)
  const soldTo = users.map((userId) => sum(sold(userId).map(({ quantity }) => quantity)))
  expect(await stockOf(chest)).toBe(stock - sum(soldTo))
  const counts = await db.select().from(purchaseCounts).where(eq(purchaseCounts.itemId, chest.id))
  for (const [index, userId] of users.entries()) {
    const count = counts.find((row) => row.userId === userId)?.quantity ?? 0
    expect(count, `bought by ${userId}`).toBe(soldTo[index])
    const spent = sum(paid.flatMap((order) => (order.userId === userId ? [order.totalPrice] : [])))
    expect(await available(userId), `money of ${userId}`).toBe(money - spent)
  }
}

/** Each end of an order, use and gift is in the log once, and nothing else is. */
async function announced(users: string[]): Promise<void> {
  await drainOutbox(db, bindings.EVENTS_APPENDS)
  const all = await db.select().from(orders).where(inArray(orders.userId, users))
  const idsOf = (...statuses: string[]) =>
    all.filter(({ status }) => statuses.includes(status)).map(({ id }) => id)
  const made = await db.select().from(moves).where(inArray(moves.userId, users))
  const movesOf = (wanted: string) => made.filter(({ kind }) => kind === wanted).map(({ id }) => id)
  const expected = {
    'shop.order.paid': idsOf('paid', 'refunded'),
    'shop.order.refused': idsOf('refused'),
    'shop.order.refunded': idsOf('refunded'),
    'shop.item.used': movesOf('use'),
    'shop.item.given': movesOf('gift'),
  }
  for (const [type, ids] of Object.entries(expected)) {
    const events = [...(await eventsOf(type)).values()].flat()
    const ofUsers = events.filter(({ data }) => users.includes(String(data['userId'])))
    expect(ofUsers.map(({ subject }) => subject).toSorted(), type).toEqual(ids.toSorted())
  }
}

describe.each(Array.from({ length: runs }, (_, run) => run))('run %i', () => {
  test(`no piece and no coin is made or lost, whatever happens at once (SEED=${seed})`, async () => {
    const users = await Promise.all(Array.from({ length: usersCount }, () => userWith(money)))
    const prize = await makeItem({ price: { currency: 'COIN', amount: 4 }, onUse: [] })
    const onUse = [{ kind: 'item' as const, itemId: prize.id, quantity: 2 }]
    const chest = await makeItem({ stock, limitPerUser: limit, onUse })
    const world = { users, chest, prize }
    for (const level of ['error', 'log'] as const) vi.spyOn(console, level).mockReturnValue()
    begin(faultsPercent)
    for (let group = 0; group < groups; group++) {
      const deeds = Array.from({ length: together }, () => act(faultyEnv(), world, random))
      await Promise.all(deeds)
    }
    end()
    while ((await sweep(bindings)) > 0);
    await balanced(world)
    await announced(users)
    await tradesBalanced(world)
    const made = await db.select().from(moves).where(inArray(moves.userId, users))
    expect(new Set(made.map(({ kind }) => kind))).toEqual(new Set(['use', 'gift']))
    const ended = await db.select().from(orders).where(inArray(orders.userId, users))
    expect(new Set(ended.map(({ status }) => status))).toEqual(
      new Set(['paid', 'refunded', ...ended.map(({ status }) => status)]),
    )
  }, 300_000)
})
