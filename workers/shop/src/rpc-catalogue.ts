/** The named entrypoint for who manages a project's shop elsewhere, such as on Discord: sees, makes and changes items. */
import { CountedEntrypoint } from '@coinop/shared/counted-entrypoint'
import { sendNotes } from '@coinop/shared/audit'
import type { Caller } from '@coinop/shared/caller'
import { fail, type Result } from '@coinop/shared/result'
import { refusing, rpcOperation } from '@coinop/shared/rpc'
import { drizzle } from 'drizzle-orm/d1'
import { findAnyItem, listProducts } from './catalogue.ts'
import { changeItem, createItem } from './item-changes.ts'
import { type Item, ItemPatch, NewItem } from './model.ts'

export type ItemName = Pick<Item, 'id' | 'name' | 'isActive'>
/** `key`: as an `Idempotency-Key`, of the caller's own. */
export type ItemOrder = {
  item: { name: string; price: Item['price'] } & Partial<Item>
  key: string
}
/** Refused when the item has another `version` by now; without one it is changed as it is. */
export type ItemChange = { itemId: string; version?: number; patch: Partial<Item>; key: string }

const listedMax = 100

/** Whether the caller may do this is for the Worker that is bound to it to know. */
export class ShopCatalogue extends CountedEntrypoint<ShopEnv> {
  /** On sale or not, oldest first, at most 100. */
  async items(caller: Caller): Promise<ItemName[]> {
    return rpcOperation('shop', 'items.list', caller, async () => {
      const listing = { after: '', limit: listedMax, includeInactive: true }
      const rows = await listProducts(drizzle(this.env.SHOP_DB), caller.projectId, listing)
      return rows.map(({ id, name, isActive }) => ({ id, name, isActive }))
    })
  }

  /** By id, or by name in any case. */
  async find(caller: Caller, text: string): Promise<Item | undefined> {
    return rpcOperation('shop', 'items.get', caller, () =>
      findAnyItem(drizzle(this.env.SHOP_DB), caller.projectId, text),
    )
  }

  async create(
    caller: Caller,
    { item, key }: ItemOrder,
  ): Promise<Result<Item, 'item_invalid' | 'idempotency_conflict'>> {
    return rpcOperation('shop', 'items.create', caller, async () => {
      const wanted = NewItem.safeParse(item)
      if (!wanted.success) return fail('item_invalid')
      const refusals = ['idempotency_conflict', 'invalid_request'] as const
      const made = await this.#noting(caller, refusals, key, (asked) =>
        createItem(asked, wanted.data),
      )
      return invalidNamed(made)
    })
  }

  async update(
    caller: Caller,
    { itemId, version, patch, key }: ItemChange,
  ): Promise<
    Result<Item, 'item_invalid' | 'item_not_found' | 'item_changed' | 'idempotency_conflict'>
  > {
    const refusals = [
      'item_not_found',
      'item_changed',
      'invalid_request',
      'idempotency_conflict',
    ] as const
    return rpcOperation('shop', 'items.update', caller, async () => {
      const wanted = ItemPatch.safeParse(patch)
      if (!wanted.success) return fail('item_invalid')
      const changed = await this.#noting(caller, refusals, key, (asked) =>
        changeItem(asked, { itemId, version, patch: wanted.data }),
      )
      return invalidNamed(changed)
    })
  }

  async #noting<C extends string>(
    caller: Caller,
    refusals: readonly C[],
    key: string,
    change: (asked: Parameters<typeof createItem>[0]) => ReturnType<typeof createItem>,
  ): Promise<Result<Item, C>> {
    const db = drizzle(this.env.SHOP_DB)
    const done = await refusing(refusals, async () => (await change({ db, caller, key })).answer)
    this.ctx.waitUntil(sendNotes(db, this.env.AUTH_AUDIT))
    return done
  }
}

/** What no schema can say of an item, for it depends on others. */
function invalidNamed<C extends string>(
  result: Result<Item, C | 'invalid_request'>,
): Result<Item, Exclude<C, 'invalid_request'> | 'item_invalid'> {
  if (result.ok) return result
  if (result.code === 'invalid_request') return fail('item_invalid')
  return fail(result.code as Exclude<C, 'invalid_request'>)
}
