/** Items made and changed, once per key and noted for the audit log: for the routes, and for who manages a shop elsewhere. */
import { noteChange } from '@coinop/shared/audit'
import type { Caller } from '@coinop/shared/caller'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { newId } from '@coinop/shared/ids'
import { Problem } from '@coinop/shared/problem'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { rowOf, updateItem } from './catalogue.ts'
import { checkItem, uniqueSku } from './item-check.ts'
import { type Item, type ItemPatch, type NewItem, toItem } from './model.ts'
import { problem } from './problems.ts'
import { products, type ProductRow } from './schema.ts'

/** `key`: empty when the client sent none. */
type Asked = { db: DrizzleD1Database; caller: Caller; key: string }
export type Changed = { answer: Item; replayed: boolean }

/** Throws `sku_taken`, `invalid_request` or `idempotency_conflict`. */
export function createItem({ db, caller, key }: Asked, wanted: NewItem): Promise<Changed> {
  const { projectId, actorId } = caller
  const request = { db, projectId, actorId, key, requestHash: requestHash('items.create', wanted) }
  return once<Item>(request, async (recordOf) => {
    const row = rowOf(projectId, newId('itm'), wanted)
    await checkItem(db, row)
    const item = toItem(row)
    const note = noteChange(db, caller, { action: 'items.create', subject: row.id })
    const record = await recordOf(item)
    await uniqueSku(() => db.batch([db.insert(products).values(row), note, ...record]))
    return item
  })
}

/** `version`: the one that the change was made for. */
type Change = { itemId: string; patch: ItemPatch; version?: number | undefined }

/** Throws `item_not_found`, `sku_taken`, `invalid_request`, `idempotency_conflict`, and `item_changed` for another version. */
export function changeItem(
  { db, caller, key }: Asked,
  { itemId, patch, version }: Change,
): Promise<Changed> {
  const { projectId, actorId } = caller
  const input = version === undefined ? [itemId, patch] : [itemId, patch, version]
  const request = { db, projectId, actorId, key, requestHash: requestHash('items.update', input) }
  return once<Item>(request, async (recordOf) => {
    const change = { key: { projectId, id: itemId }, patch, check: checkedFrom(version) }
    const item = await uniqueSku(() =>
      updateItem(db, change, async (changed) => [
        noteChange(db, caller, { action: 'items.update', subject: itemId }),
        ...(await recordOf(changed)),
      ]),
    )
    if (!item) throw problem('item_not_found')
    return item
  })
}

const checkedFrom =
  (version: number | undefined) => async (db: DrizzleD1Database, changed: ProductRow) => {
    if (version !== undefined && changed.version !== version + 1) throw new Problem('item_changed')
    await checkItem(db, changed)
  }
