/** Trades as routes ask for them: check what a trade's object cannot know, then ask the object. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { requestHash } from '@coinop/shared/hash'
import { ask } from '@coinop/shared/neighbour'
import { fail, ok, type Result } from '@coinop/shared/result'
import { useCurrency } from './currencies.ts'
import { holderExists } from './holders.ts'
import { actorOf } from './movements.ts'
import type { TradeCommand, TradeCommandRefusal, Traded } from './trade-object.ts'
import { isNothing, type Offer, sideOf, sortedOffer, type Trade } from './trade-rules.ts'
import type { HistoryRow } from './trade-storage.ts'

/** Most trades under way that one player has begun. */
export const tradesMax = 50

export type OfferRefusal = 'currency_not_found' | 'currency_not_transferable' | 'item_not_found'
export type TradeOrder = {
  userId: string
  partnerId: string
  offer: Offer
  expiresInSeconds: number
}

const tradeOf = (env: WalletEnv, { projectId }: Caller, tradeId: string) =>
  env.TRADES.getByName(`${projectId}/${tradeId}`)

/** Whether these two may begin a trade with this offer. */
export async function mayTrade(
  env: WalletEnv,
  caller: Caller,
  { userId, partnerId, offer }: TradeOrder,
): Promise<Result<true, OfferRefusal | 'trade_with_self' | 'not_found' | 'partner_not_found'>> {
  if (userId === partnerId) return fail('trade_with_self')
  if (!(await holderExists(env.PLAYERS, caller, userId))) return fail('not_found')
  if (!(await holderExists(env.PLAYERS, caller, partnerId))) return fail('partner_not_found')
  return mayOffer(env, caller, offer)
}

/** Begins the trade of this id, once. */
export function beginTrade(
  env: WalletEnv,
  caller: Caller,
  id: string,
  { userId, partnerId, offer, expiresInSeconds }: TradeOrder,
): Promise<Traded> {
  const createdAt = now()
  const offers = isNothing(offer) ? 0 : 1
  const party = { isConfirmed: false, escrow: 'unknown' as const }
  const trade: Trade = {
    projectId: caller.projectId,
    id,
    initiator: { ...party, userId, offer: sortedOffer(offer) },
    partner: { ...party, userId: partnerId, offer: { currencies: [] } },
    version: offers,
    offersSet: offers,
    phase: 'open',
    outcome: null,
    failure: null,
    createdAt,
    expiresAt: createdAt + expiresInSeconds * 1_000,
    endedAt: 0,
    attempts: 0,
    nextAttemptAt: 0,
  }
  return tradeOf(env, caller, id).create(trade, actorOf(caller))
}

type Wanted = { do: 'offer'; offer: Offer } | { do: 'confirm'; digest: string } | { do: 'cancel' }
export type TradeAct = { tradeId: string; userId: string; key: string }

/** Acts for one of the two, once per key. Anybody else hears what they hear of a trade that is not there. */
export async function actInTrade(
  env: WalletEnv,
  caller: Caller,
  { tradeId, userId, key }: TradeAct,
  wanted: Wanted,
): Promise<Result<Traded, TradeCommandRefusal>> {
  const command: TradeCommand = {
    ...wanted,
    userId,
    actor: actorOf(caller),
    // A player must not be able to use up a key of the server, nor the other way round.
    key: `${wanted.do}:${caller.kind}:${userId}:${key}`,
    requestHash: requestHash(wanted.do, wanted),
  }
  return tradeOf(env, caller, tradeId).execute(command)
}

/** Whether all that is offered may change hands. */
export async function mayOffer(
  env: WalletEnv,
  caller: Caller,
  { currencies, items = [] }: Offer,
): Promise<Result<true, OfferRefusal>> {
  for (const { currency: code } of currencies) {
    const currency = await useCurrency(env.WALLET_DB, caller.projectId, code)
    if (!currency) return fail('currency_not_found')
    if (!currency.transferable) return fail('currency_not_transferable')
  }
  if (items.length === 0) return ok(true)
  const itemIds = items.map(({ itemId }) => itemId)
  const known = await ask('shop', async () => env.SHOP_TRADES.check(caller, itemIds))
  return known.ok ? ok(true) : fail(known.code)
}

/** The trade, if the caller is a key, or one of the two. */
export async function findTrade(
  env: WalletEnv,
  caller: Caller,
  tradeId: string,
): Promise<Trade | undefined> {
  const trade: Trade | undefined = await tradeOf(env, caller, tradeId).trade()
  if (!trade) return undefined
  return caller.kind === 'player' && !sideOf(trade, caller.actorId) ? undefined : trade
}

/** The steps after `after`, the oldest first; undefined when the trade is not there for the caller. */
export async function historyOf(
  env: WalletEnv,
  caller: Caller,
  tradeId: string,
  { after, limit }: { after: number; limit: number },
): Promise<HistoryRow[] | undefined> {
  const trade = await findTrade(env, caller, tradeId)
  return trade && tradeOf(env, caller, tradeId).history(after, limit)
}
