/** How a buyer stands, as far as the requirements of an item ask: what they own, and what the wallet says they have. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { ask } from '@coinop/shared/neighbour'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import type { Facts, Requirements } from './item-parts.ts'
import { type Buyer, conditionsOf } from './purchase-rules.ts'
import { inventory } from './schema.ts'

type BuyerEnv = Pick<ShopEnv, 'SHOP_DB' | 'WALLET_CHARGES'>
type Known = { userId: string; requirements: Requirements; facts: Facts }

/** Asks nobody whom no condition is about. */
export async function buyerOf(
  env: BuyerEnv,
  caller: Caller,
  { userId, requirements, facts }: Known,
): Promise<Omit<Buyer, 'bought'>> {
  const conditions = conditionsOf(requirements)
  const itemIds = conditions.flatMap((each) => (each.kind === 'item' ? [each.itemId] : []))
  const asksBalance = conditions.some(({ kind }) => kind === 'balance')
  const [owned, balances] = await Promise.all([
    itemIds.length > 0 ? ownedBy(drizzle(env.SHOP_DB), caller.projectId, { userId, itemIds }) : [],
    asksBalance ? ask('wallet', async () => env.WALLET_CHARGES.balance(caller, userId)) : undefined,
  ])
  return {
    at: now(),
    facts,
    owned: new Map(owned.map(({ itemId, quantity, held }) => [itemId, quantity + held])),
    balances: new Map(balances?.balances.map(({ currency, available }) => [currency, available])),
  }
}

const ownedBy = (
  db: DrizzleD1Database,
  projectId: string,
  { userId, itemIds }: { userId: string; itemIds: string[] },
) =>
  db
    .select()
    .from(inventory)
    .where(
      and(
        eq(inventory.projectId, projectId),
        eq(inventory.userId, userId),
        inArray(inventory.itemId, sql`(SELECT value FROM json_each(${JSON.stringify(itemIds)}))`),
      ),
    )
