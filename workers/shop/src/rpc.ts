/** Named entrypoints, one per privilege: buy, use and give for a player; say what became of a role. */
import { CountedEntrypoint } from '@coinop/shared/counted-entrypoint'
import { type Caller, systemCaller } from '@coinop/shared/caller'
import { drainOutbox } from '@coinop/shared/outbox'
import { fail, ok, type Result } from '@coinop/shared/result'
import { rpcOperation } from '@coinop/shared/rpc'
import { drizzle } from 'drizzle-orm/d1'
import { findActiveItem, listProducts } from './catalogue.ts'
import {
  confirmRole,
  effectId,
  type EffectRefusal,
  effectsOf,
  type Outcome,
  pendingRoles,
} from './effects.ts'
import { findOwned, listInventory } from './inventory.ts'
import type { Effect } from './item-parts.ts'
import {
  type InventoryItem,
  type Item,
  type Order,
  type OrderRefusal,
  toItem,
  toOrder,
} from './model.ts'
import { type Gift, toGift, toUse, type Use } from './move-model.ts'
import {
  type Gift as NewGift,
  giveItem,
  type GiftRefusal,
  type Move,
  useItem,
  type UseRefusal,
} from './moves.ts'
import type { ReservationRefusal } from './orders.ts'
import { purchase, type Purchase } from './purchase.ts'
import { dueRoles, noteVain, type RoleChange, toRoleChange, type Vain } from './role-tries.ts'

export type Purchased = { order: Order; replayed: boolean }
export type PurchaseRefusal = ReservationRefusal | OrderRefusal
/** A role to grant or to revoke; `id` names it in `ShopRoles.confirm`. */
export type PendingRole = Pick<Effect, 'id' | 'kind'> & {
  projectId: string
  userId: string
  roleId: string
}

const listedMax = 100

export class ShopPurchases extends CountedEntrypoint<ShopEnv> {
  /** What players can buy, oldest first, at most 100. The prices are `price` and `otherPrices`. */
  async items(caller: Caller, limit: number): Promise<Item[]> {
    return rpcOperation('shop', 'items.list', caller, async () => {
      const listing = { after: '', limit: Math.min(limit, listedMax), includeInactive: false }
      const rows = await listProducts(drizzle(this.env.SHOP_DB), caller.projectId, listing)
      return rows.map(toItem)
    })
  }

  /** The active item that a player means: by id, or by name in any case. */
  async findItem(caller: Caller, text: string): Promise<Item | undefined> {
    return rpcOperation('shop', 'items.find', caller, () =>
      findActiveItem(drizzle(this.env.SHOP_DB), caller.projectId, text),
    )
  }

  /** Buys for `userId`, once per key. A refused order is a failure, the same one each time. */
  async purchase(caller: Caller, wanted: Purchase): Promise<Result<Purchased, PurchaseRefusal>> {
    return rpcOperation('shop', 'orders.purchase', caller, async () => {
      const done = await purchase(this.env, caller, wanted)
      if (!done.ok) return done
      const { order, replayed } = done.value
      if (!replayed) this.announce()
      if (order.refusal) return fail(order.refusal)
      const effects = await effectsOf(drizzle(this.env.SHOP_DB), caller.projectId, [order.id])
      return ok({ order: toOrder(order, effects(order.id)), replayed })
    })
  }

  /** What `userId` owns behind the item `after`, oldest item first, at most 100 lines. */
  async inventory(
    caller: Caller,
    { userId, after = '', limit }: { userId: string; after?: string; limit: number },
  ): Promise<InventoryItem[]> {
    return rpcOperation('shop', 'inventory.list', caller, () =>
      listInventory(drizzle(this.env.SHOP_DB), caller.projectId, {
        userId,
        after,
        limit: Math.min(limit, listedMax),
      }),
    )
  }

  /** The item of this id or name that `userId` owns, also when it is no longer sold. */
  async findOwned(
    caller: Caller,
    { userId, text }: { userId: string; text: string },
  ): Promise<InventoryItem | undefined> {
    return rpcOperation('shop', 'inventory.find', caller, () =>
      findOwned(drizzle(this.env.SHOP_DB), caller.projectId, { userId, text }),
    )
  }

  /** Uses pieces up, once per key. */
  async use(
    caller: Caller,
    wanted: Move,
  ): Promise<Result<{ use: Use; replayed: boolean }, UseRefusal>> {
    return rpcOperation('shop', 'inventory.use', caller, async () => {
      const done = await useItem(this.env, caller, wanted)
      if (!done.ok) return done
      const { move, replayed } = done.value
      if (!replayed) this.announce()
      const effects = await effectsOf(drizzle(this.env.SHOP_DB), caller.projectId, [move.id])
      return ok({ use: toUse(move, effects(move.id)), replayed })
    })
  }

  /** Gives pieces to another user, once per key. */
  async give(
    caller: Caller,
    wanted: NewGift,
  ): Promise<Result<{ gift: Gift; replayed: boolean }, GiftRefusal>> {
    return rpcOperation('shop', 'inventory.give', caller, async () => {
      const done = await giveItem(this.env, caller, wanted)
      if (!done.ok) return done
      const { move, replayed } = done.value
      if (!replayed) this.announce()
      return ok({ gift: toGift(move), replayed })
    })
  }

  private announce(): void {
    this.ctx.waitUntil(drainOutbox(drizzle(this.env.SHOP_DB), this.env.EVENTS_APPENDS))
  }
}

export class ShopRoles extends CountedEntrypoint<ShopEnv> {
  /** Roles that Discord has still to grant or to revoke, in all projects; grants first, oldest first, at most 100. */
  async pending(limit: number): Promise<PendingRole[]> {
    return rpcOperation('shop', 'roles.pending', systemCaller(''), async () => {
      const rows = await pendingRoles(drizzle(this.env.SHOP_DB), Math.min(limit, listedMax))
      return rows.map((row) => ({
        id: effectId(row),
        kind: row.kind,
        projectId: row.projectId,
        userId: row.userId,
        roleId: row.roleId ?? '',
      }))
    })
  }

  /** Roles that are to be tried now, in all projects, longest due first, at most 100: those of which a place is known. */
  async due(limit: number): Promise<RoleChange[]> {
    return rpcOperation('shop', 'roles.due', systemCaller(''), async () => {
      const rows = await dueRoles(drizzle(this.env.SHOP_DB), Math.min(limit, listedMax))
      return rows.flatMap(toRoleChange)
    })
  }

  /** Notes that a role could not be changed just now: it is tried again later, for a week. */
  async postpone(caller: Caller, id: string, vain: Vain): Promise<void> {
    return rpcOperation('shop', 'roles.postpone', caller, () =>
      noteVain(drizzle(this.env.SHOP_DB), caller.projectId, { id, vain }),
    )
  }

  /**
   * Notes what became of a role, once: the same outcome again changes nothing. `effect_closed`: it was refunded or ended
   * otherwise meanwhile, and what was just done at Discord is to be undone.
   */
  async confirm(
    caller: Caller,
    id: string,
    outcome: Outcome,
  ): Promise<Result<Effect, EffectRefusal>> {
    return rpcOperation('shop', 'roles.confirm', caller, async () => {
      const db = drizzle(this.env.SHOP_DB)
      const confirmed = await confirmRole(db, caller.projectId, { id, outcome })
      this.ctx.waitUntil(drainOutbox(db, this.env.EVENTS_APPENDS))
      return confirmed
    })
  }
}
