/** Items and who has them, straight in the tables of the shop, which are those that the real neighbour uses. */
import { callerHeader } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { player, testProject } from '@coinop/shared/testing'
import { inventory, pieceHolds, products } from '@coinop/shop/schema'
import { and, eq, sum } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { bindings, uniqueKey } from './test-money.ts'

/** As the gateway binds it: see vitest.worker.ts. */
const { SHOP_DB, GATEWAY_TO_SHOP } = bindings as unknown as {
  SHOP_DB: D1Database
  GATEWAY_TO_SHOP: Fetcher
}
const db = drizzle(SHOP_DB)

/** Answers its id. */
export async function makeItem(name = 'Sword', projectId = testProject): Promise<string> {
  const [id, at] = [newId('itm'), now()]
  const price = { currency: 'COIN', price: 1, stock: null }
  const said = { name, nameKey: name.toLowerCase(), description: '', sku: id, ...price }
  const kept = { isActive: true, version: 1, createdAt: at, updatedAt: at }
  await db.insert(products).values({ projectId, id, ...said, ...kept })
  return id
}

export const deactivate = (itemId: string) =>
  db.update(products).set({ isActive: false }).where(eq(products.id, itemId))

export const havePieces = (userId: string, itemId: string, quantity: number) =>
  db.insert(inventory).values({ projectId: testProject, userId, itemId, quantity })

/** By item: `[free, held]`. */
export async function piecesOf(userId: string): Promise<Record<string, [number, number]>> {
  const isOwn = and(eq(inventory.projectId, testProject), eq(inventory.userId, userId))
  const rows = await db.select().from(inventory).where(isOwn)
  return Object.fromEntries(rows.map(({ itemId, quantity, held }) => [itemId, [quantity, held]]))
}

/** All that there is of the item, held or not. */
export async function piecesIn(itemId: string): Promise<number> {
  const [row] = await db
    .select({ free: sum(inventory.quantity), held: sum(inventory.held) })
    .from(inventory)
    .where(eq(inventory.itemId, itemId))
  return Number(row?.free) + Number(row?.held)
}

export async function holdOf(tradeId: string): Promise<string | undefined> {
  const [row] = await db.select().from(pieceHolds).where(eq(pieceHolds.id, tradeId))
  return row?.state
}

/** A gift through the shop's own door; the status that it answers. */
export async function give(userId: string, to: string, itemId: string, quantity: number) {
  const { status } = await GATEWAY_TO_SHOP.fetch('http://shop/v1/inventory/give', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [callerHeader]: JSON.stringify(player(userId)),
      ...uniqueKey(),
    },
    body: JSON.stringify({ itemId, quantity, to }),
  })
  return status
}

type Moved = { from: string; itemId: string; quantity: number }

/** What one of two users has of these items, as `piecesOf` says it, when all this has changed hands between them. */
export function piecesAfter(
  has: (readonly [itemId: string, quantity: number])[],
  moved: Moved[],
  user: string,
): Record<string, [number, number]> {
  const lines = has.map(([id, quantity]) => {
    const changes = moved.flatMap((each) => {
      if (each.itemId !== id) return []
      return [each.from === user ? -each.quantity : each.quantity]
    })
    return [id, changes.reduce((total, change) => total + change, quantity)] as const
  })
  return Object.fromEntries(lines.flatMap(([id, left]) => (left === 0 ? [] : [[id, [left, 0]]])))
}
