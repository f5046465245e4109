/** What an item can be beyond the form of its fields: its sale ends after it begins, and it names items that are there. */
import { isUniqueViolation } from '@coinop/shared/d1'
import { invalidField } from '@coinop/shared/problem'
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { problem } from './problems.ts'
import { type ProductRow, products } from './schema.ts'

/** Where in a request something is wrong, and what. */
export type Complaint = { pointer: string; message: string }
type Named = Pick<
  ProductRow,
  'id' | 'contents' | 'onPurchase' | 'onUse' | 'requirements' | 'saleStartsAt' | 'saleEndsAt'
>
type Mentioned = { itemId: string; pointer: string }

/** Every place where the item names another one. */
export function itemsNamedBy({ contents, onPurchase, onUse, requirements }: Named): Mentioned[] {
  const { all, any, none } = requirements
  const lists = {
    contents,
    onPurchase,
    onUse: onUse ?? [],
    'requirements/all': all,
    'requirements/any': any,
    'requirements/none': none,
  }
  return Object.entries(lists).flatMap(([name, list]) =>
    list.flatMap((part, index) =>
      'itemId' in part ? [{ itemId: part.itemId, pointer: `/${name}/${index}/itemId` }] : [],
    ),
  )
}

/** `bundles`: of the items that it names, those that have contents; `missing`: those that are not there. */
export type Neighbours = { bundles: ReadonlySet<string>; missing: ReadonlySet<string> }

/** What is wrong with the item; pointers begin at the item. */
export function complaintsOf(row: Named, { bundles, missing }: Neighbours): Complaint[] {
  const { saleStartsAt, saleEndsAt, contents, id } = row
  const complaints = itemsNamedBy(row)
    .filter(({ itemId }) => missing.has(itemId))
    .map(({ pointer }) => ({ pointer, message: 'There is no such item in this project.' }))
  if (saleStartsAt !== null && saleEndsAt !== null && saleEndsAt <= saleStartsAt) {
    complaints.push({ pointer: '/saleEndsAt', message: 'Expected a time after saleStartsAt.' })
  }
  for (const [index, { itemId }] of contents.entries()) {
    const pointer = `/contents/${index}/itemId`
    if (itemId === id || bundles.has(itemId)) {
      complaints.push({ pointer, message: 'A bundle cannot be in a bundle.' })
    }
  }
  return complaints
}

/** Throws `invalid_request` for an item that cannot be. */
export async function checkItem(db: DrizzleD1Database, row: ProductRow): Promise<void> {
  const ids = [...new Set(itemsNamedBy(row).map(({ itemId }) => itemId))]
  const found = ids.length === 0 ? [] : await findNamed(db, row.projectId, ids)
  const there = new Set([row.id, ...found.map(({ id }) => id)])
  const bundles = new Set(found.flatMap(({ id, contents }) => (contents.length > 0 ? [id] : [])))
  const missing = new Set(ids.filter((id) => !there.has(id)))
  const [complaint] = complaintsOf(row, { bundles, missing })
  if (complaint) throw invalidField(`/body${complaint.pointer}`, complaint.message)
}

/** Which of these items the project has. */
export const findNamed = (db: DrizzleD1Database, projectId: string, ids: string[]) =>
  db
    .select({ id: products.id, name: products.name, contents: products.contents })
    .from(products)
    .where(
      and(
        eq(products.projectId, projectId),
        inArray(products.id, sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`),
      ),
    )

/** Throws `sku_taken` when the table refuses a second item of that name. */
export async function uniqueSku<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (isUniqueViolation(error, 'products')) throw problem('sku_taken')
    throw error
  }
}
