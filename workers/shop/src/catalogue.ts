/** Reads and changes of the catalogue, for the routes and for the other Workers. */
import { now } from '@coinop/shared/clock'
import type { Statement } from '@coinop/shared/idempotency'
import { idPattern } from '@coinop/shared/ids'
import { and, asc, desc, eq, gt, type SQL, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { type Item, type ItemPatch, nameKeyOf, type NewItem, toItem } from './model.ts'
import { type ProductRow, products } from './schema.ts'

type Listing = { after: string; limit: number; includeInactive: boolean }

/** Items after the id `after`, oldest first. */
export function listProducts(
  db: DrizzleD1Database,
  projectId: string,
  { after, limit, includeInactive }: Listing,
) {
  // One range of `products_active`, since true is the largest: SQLite does not choose that index for two conditions.
  const page = includeInactive
    ? gt(products.id, after)
    : sql`(${products.isActive}, ${products.id}) > (1, ${after})`
  const order = includeInactive ? [] : [asc(products.isActive)]
  return db
    .select()
    .from(products)
    .where(and(eq(products.projectId, projectId), page))
    .orderBy(...order, asc(products.id))
    .limit(limit)
}

type ProductKey = Pick<ProductRow, 'projectId' | 'id'>

const isProduct = ({ projectId, id }: ProductKey) =>
  and(eq(products.projectId, projectId), eq(products.id, id))

export async function findProduct(
  db: DrizzleD1Database,
  key: ProductKey,
): Promise<ProductRow | undefined> {
  const [row] = await db.select().from(products).where(isProduct(key))
  return row
}

type Db = DrizzleD1Database

/** The active item with this id or, in any case, this name; of several with one name the oldest. */
export const findActiveItem = (db: Db, projectId: string, text: string) =>
  findNamed(db, and(eq(products.projectId, projectId), isNamed(text), eq(products.isActive, true)))

/** The item with this id or, in any case, this name, on sale or not; of several those on sale first, then the oldest. */
export const findAnyItem = (db: Db, projectId: string, text: string) =>
  findNamed(db, and(eq(products.projectId, projectId), isNamed(text)))

async function findNamed(db: Db, which: SQL | undefined): Promise<Item | undefined> {
  const order = [desc(products.isActive), asc(products.id)]
  const [row] = await db
    .select()
    .from(products)
    .where(which)
    .orderBy(...order)
    .limit(1)
  return row && toItem(row)
}

const isNamed = (text: string) => {
  const wanted = text.trim()
  return idPattern('itm').test(wanted)
    ? eq(products.id, wanted)
    : eq(products.nameKey, nameKeyOf(wanted))
}

/** `check` throws for an item that cannot be. */
type Change = {
  key: ProductKey
  patch: ItemPatch
  check: (db: DrizzleD1Database, row: ProductRow) => Promise<void>
}

/**
 * Changes an item and raises its version by exactly 1, in one batch with what `recordOf` gives for the answer. Another
 * change in between makes the batch fail as a whole, and it is tried again on what is there then.
 */
export async function updateItem(
  db: DrizzleD1Database,
  { key, patch, check }: Change,
  recordOf: (item: Item) => Promise<Statement[]>,
): Promise<Item | undefined> {
  for (let attempt = 1; ; attempt++) {
    const row = await findProduct(db, key)
    if (!row) return undefined
    const changes = { ...columnsOf(patch), updatedAt: now() }
    const changed = { ...row, ...changes, version: row.version + 1 }
    await check(db, changed)
    const item = toItem(changed)
    // Null where the version has moved on, which the table refuses.
    const version = sql`CASE WHEN ${products.version} = ${row.version} THEN ${row.version + 1} END`
    const update = db
      .update(products)
      .set({ ...changes, version })
      .where(isProduct(key))
    try {
      await db.batch([update, ...(await recordOf(item))])
      return item
    } catch (error) {
      if (attempt === attemptsMax || !isVersionMoved(error)) throw error
    }
  }
}

/** Each attempt that fails is another's that succeeded. */
const attemptsMax = 20

/** The row of a new item. */
export function rowOf(projectId: string, id: string, { sku, ...wanted }: NewItem): ProductRow {
  const at = now()
  const { name, price, saleStartsAt, saleEndsAt, ...rest } = wanted
  return {
    ...rest,
    projectId,
    id,
    sku: sku ?? id,
    name,
    nameKey: nameKeyOf(name),
    currency: price.currency,
    price: price.amount,
    saleStartsAt: timeFrom(saleStartsAt),
    saleEndsAt: timeFrom(saleEndsAt),
    version: 1,
    createdAt: at,
    updatedAt: at,
  }
}

const timeFrom = (text: string | null) => (text === null ? null : Date.parse(text))

export function columnsOf(patch: ItemPatch): Partial<ProductRow> {
  const { name, price, saleStartsAt, saleEndsAt, ...rest } = patch
  const given = Object.entries(rest).filter(([, value]) => value !== undefined)
  return {
    ...(Object.fromEntries(given) as Partial<ProductRow>),
    ...(name !== undefined && { name, nameKey: nameKeyOf(name) }),
    ...(price && { currency: price.currency, price: price.amount }),
    ...(saleStartsAt !== undefined && { saleStartsAt: timeFrom(saleStartsAt) }),
    ...(saleEndsAt !== undefined && { saleEndsAt: timeFrom(saleEndsAt) }),
  }
}

function isVersionMoved(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current.message.includes('NOT NULL constraint failed: products.version')) return true
  }
  return false
}
