/** What a user owns, for the routes and for the other Workers. */
import { idPattern } from '@coinop/shared/ids'
import { and, asc, eq, gt, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { type InventoryItem, nameKeyOf } from './model.ts'
import { inventory, products } from './schema.ts'

type Listing = { userId: string; after: string; limit: number }

/** Behind the item `after`, oldest item first. */
export async function listInventory(
  db: DrizzleD1Database,
  projectId: string,
  { userId, after, limit }: Listing,
): Promise<InventoryItem[]> {
  const rows = await ownedLines(db)
    .where(
      and(
        eq(inventory.projectId, projectId),
        eq(inventory.userId, userId),
        gt(inventory.itemId, after),
      ),
    )
    .orderBy(asc(inventory.itemId))
    .limit(limit)
  return rows.map(toInventoryItem)
}

/** The item of this id or, in any case, this name that the user owns; of several with one name the oldest. */
export async function findOwned(
  db: DrizzleD1Database,
  projectId: string,
  { userId, text }: { userId: string; text: string },
): Promise<InventoryItem | undefined> {
  const wanted = text.trim()
  const named = idPattern('itm').test(wanted)
    ? eq(products.id, wanted)
    : eq(products.nameKey, nameKeyOf(wanted))
  const [row] = await ownedLines(db)
    .where(and(eq(inventory.projectId, projectId), eq(inventory.userId, userId), named))
    .orderBy(asc(inventory.itemId))
    .limit(1)
  return row && toInventoryItem(row)
}

const ownedLines = (db: DrizzleD1Database) =>
  db
    .select({
      id: inventory.itemId,
      name: products.name,
      quantity: sql<number>`${inventory.quantity} + ${inventory.held}`,
      held: inventory.held,
      onUse: products.onUse,
    })
    .from(inventory)
    .innerJoin(
      products,
      and(eq(products.projectId, inventory.projectId), eq(products.id, inventory.itemId)),
    )

type Line = Awaited<ReturnType<typeof ownedLines>>[number]

const toInventoryItem = ({ id, name, quantity, held, onUse }: Line): InventoryItem => ({
  item: { id, name },
  quantity,
  held,
  isUsable: onUse !== null,
})
