/**
 * The neighbours as who ends seasons asks them: payments of the same moment go out in groups. A run may invoke 32 Workers,
 * and a payment by itself takes two (the wallet, and auth, which the wallet asks); a group of 25 takes two as well.
 */
import { answering, type Asked, batchingTogether, inGroups } from '@coinop/shared/together'
import type { Reward } from '@coinop/wallet/rpc'

/** What the wallet takes in one call. */
const most = 25
const groupsMax = 12
/** Payments that are noted in one batch of D1. */
const batchesMax = 20

export function groupingEnv(env: LeaderboardsEnv): LeaderboardsEnv {
  const { LEADERBOARDS_DB, WALLET_REWARDS: rewards } = env
  return {
    ...env,
    LEADERBOARDS_DB: batchingTogether(LEADERBOARDS_DB, batchesMax),
    WALLET_REWARDS: answering(rewards, {
      reward: inGroups({ most, groupsMax }, (asked: Asked<Reward>[]) => rewards.rewardEach(asked)),
    }),
  }
}
