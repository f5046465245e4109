/** What a trade asks of the shop, which keeps the items of both sides, and what the answers mean to it. */
import { logError } from '@coinop/shared/log'
import { within } from '@coinop/shared/within'
import {
  type Answers,
  type Escrow,
  hasItems,
  otherSide,
  type Trade,
  tradeSides,
} from './trade-rules.ts'
import { deliveryTimeoutMilliseconds } from './transfer-rules.ts'

type Shop = WalletEnv['SHOP_TRADES']
type Answer = Answers['pieces']

/** What was said in a phase and need not be asked again. */
const answered: Record<Trade['phase'], Escrow | undefined> = {
  open: undefined,
  holding: 'held',
  paying: 'paid',
  releasing: 'released',
  done: undefined,
}

/** One attempt; undefined when there is nothing to ask, or the outcome is unknown, and then the same is asked again. */
export async function askShop(shop: Shop, trade: Trade): Promise<Answer> {
  if (!hasItems(trade) || (trade.pieces && trade.pieces === answered[trade.phase])) return undefined
  try {
    return await within(deliveryTimeoutMilliseconds, askOnce(shop, trade))
  } catch (error) {
    logError('shop', `trade.${trade.phase}`, error)
    return undefined
  }
}

async function askOnce(shop: Shop, { projectId, id, ...trade }: Trade): Promise<Answer> {
  const named = { projectId, tradeId: id }
  switch (trade.phase) {
    case 'holding': {
      const held = await shop.setAside({ ...named, pieces: piecesOf(trade) })
      return held.ok
        ? { escrow: 'held' }
        : { escrow: 'refused', code: held.code, userId: held.userId }
    }
    case 'paying':
      await shop.handOver(named)
      return { escrow: 'paid' }
    case 'releasing':
      await shop.putBack(named)
      return { escrow: 'released' }
    case 'open':
    case 'done':
      break
  }
  return undefined
}

const piecesOf = (trade: Pick<Trade, (typeof tradeSides)[number]>) =>
  tradeSides.flatMap((side) => {
    const [{ userId, offer }, recipientId] = [trade[side], trade[otherSide(side)].userId]
    return (offer.items ?? []).map((each) => ({ ...each, userId, recipientId }))
  })
