/** The named entrypoint of the shop: show what is for sale, and buy it for a player. */
import { WorkerEntrypoint } from 'cloudflare:workers'
import type { Caller } from '@coinop/shared/caller'
import { drainOutbox } from '@coinop/shared/outbox'
import { fail, ok, type Result } from '@coinop/shared/result'
import { rpcOperation } from '@coinop/shared/rpc'
import { drizzle } from 'drizzle-orm/d1'
import { findActiveItem, listProducts } from './catalogue.ts'
import { type Item, type Order, type OrderRefusal, toItem, toOrder } from './model.ts'
import type { ReservationRefusal } from './orders.ts'
import { purchase, type Purchase } from './purchase.ts'

export type Purchased = { order: Order; replayed: boolean }
export type PurchaseRefusal = ReservationRefusal | OrderRefusal

const listedMax = 100

export class ShopPurchases extends WorkerEntrypoint<ShopEnv> {
  /** What players can buy, oldest first, at most 100. */
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
      if (!replayed)
        this.ctx.waitUntil(drainOutbox(drizzle(this.env.SHOP_DB), this.env.EVENTS_APPENDS))
      return order.refusal ? fail(order.refusal) : ok({ order: toOrder(order), replayed })
    })
  }
}
