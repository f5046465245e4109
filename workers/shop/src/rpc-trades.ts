/**
 * The named entrypoint for trades of two players, which the wallet decides: pieces are set aside, handed over or put back. It
 * asks no other Worker, so that the wallet, which the shop asks, can ask the shop.
 */
import { CountedEntrypoint } from '@coinop/shared/counted-entrypoint'
import { type Caller, systemCaller } from '@coinop/shared/caller'
import { drainOutbox } from '@coinop/shared/outbox'
import { type Result } from '@coinop/shared/result'
import { rpcOperation } from '@coinop/shared/rpc'
import { drizzle } from 'drizzle-orm/d1'
import type { TradedPieces } from './item-parts.ts'
import { handOver, itemNames, putBack, type Refused, setAside } from './trades.ts'

export type PiecesOfTrade = { projectId: string; tradeId: string; pieces: TradedPieces[] }

export class ShopTrades extends CountedEntrypoint<ShopEnv> {
  /** Whether these may be offered. */
  async check(caller: Caller, itemIds: string[]): Promise<Result<true, 'item_not_found'>> {
    return rpcOperation('shop', 'trades.check', caller, async () => {
      const names = await itemNames(drizzle(this.env.SHOP_DB), caller.projectId, itemIds)
      return names.ok ? { ok: true, value: true } : names
    })
  }

  /** Sets aside what both sides give, all of it or nothing. */
  async setAside({ pieces, ...trade }: PiecesOfTrade): Promise<{ ok: true } | Refused> {
    return rpcOperation('shop', 'trades.set-aside', systemCaller(trade.projectId), () =>
      setAside(drizzle(this.env.SHOP_DB), trade, pieces),
    )
  }

  /** After the decision. What it announces follows. */
  async handOver(trade: Omit<PiecesOfTrade, 'pieces'>): Promise<void> {
    return rpcOperation('shop', 'trades.hand-over', systemCaller(trade.projectId), async () => {
      const db = drizzle(this.env.SHOP_DB)
      await handOver(db, trade)
      this.ctx.waitUntil(drainOutbox(db, this.env.EVENTS_APPENDS))
    })
  }

  /** When it is off, also if nothing was set aside. */
  async putBack(trade: Omit<PiecesOfTrade, 'pieces'>): Promise<void> {
    return rpcOperation('shop', 'trades.put-back', systemCaller(trade.projectId), () =>
      putBack(drizzle(this.env.SHOP_DB), trade),
    )
  }
}
