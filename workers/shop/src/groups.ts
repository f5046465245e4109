/**
 * The neighbours as the sweep asks them: what it asks at the same moment goes out in groups. A run may invoke 32 Workers, and
 * an order by itself takes two (the wallet, and auth, which the wallet asks); a group of 25 takes two as well.
 */
import { tellingLater } from '@coinop/shared/outbox'
import { answering, type Asked, batchingTogether, inGroups } from '@coinop/shared/together'
import type { Charge, Refund, Reward } from '@coinop/wallet/rpc'

/** What the wallet takes in one call. */
const most = 25
/** Ends of orders in one batch of D1. */
const batchesMax = 20

export function groupingEnv(env: ShopEnv): ShopEnv {
  const { SHOP_DB, WALLET_CHARGES, WALLET_REWARDS } = env
  return {
    ...env,
    SHOP_DB: batchingTogether(SHOP_DB, batchesMax),
    WALLET_CHARGES: answering(WALLET_CHARGES, {
      charge: inGroups({ most, groupsMax: 5 }, (asked: Asked<Charge>[]) =>
        WALLET_CHARGES.chargeEach(asked),
      ),
      refund: inGroups({ most, groupsMax: 3 }, (asked: Asked<Refund>[]) =>
        WALLET_CHARGES.refundEach(asked),
      ),
    }),
    WALLET_REWARDS: answering(WALLET_REWARDS, {
      reward: inGroups({ most, groupsMax: 4 }, (asked: Asked<Reward>[]) =>
        WALLET_REWARDS.rewardEach(asked),
      ),
    }),
    EVENTS_APPENDS: answering(env.EVENTS_APPENDS, tellingLater),
  }
}
