/**
 * The neighbours as the sweep asks them: what it asks at the same moment goes out in groups. A run may invoke 32 Workers, and
 * a round by itself takes two (the wallet, and auth, which the wallet asks); a group of 25 takes two as well.
 */
import { tellingLater } from '@coinop/shared/outbox'
import { answering, type Asked, batchingTogether, inGroups } from '@coinop/shared/together'
import type { HeldRound, Reward, Settlement, Stake } from '@coinop/wallet/rpc'

/** What the wallet takes in one call. */
const most = 25
/** Ends of rounds in one batch of D1. */
const batchesMax = 20

type Ended = Omit<HeldRound, 'payout'>

export function groupingEnv(env: GamesEnv): GamesEnv {
  const { GAMES_DB, WALLET_SETTLEMENTS: settlements, WALLET_REWARDS: rewards } = env
  return {
    ...env,
    GAMES_DB: batchingTogether(GAMES_DB, batchesMax),
    WALLET_SETTLEMENTS: answering(settlements, {
      settle: inGroups({ most, groupsMax: 3 }, (asked: Asked<Settlement>[]) =>
        settlements.settleEach(asked),
      ),
      settleHeld: inGroups({ most, groupsMax: 3 }, (asked: Asked<HeldRound>[]) =>
        settlements.settleHeldEach(asked),
      ),
      hold: inGroups({ most, groupsMax: 2 }, (asked: Asked<Stake>[]) =>
        settlements.holdEach(asked),
      ),
      release: inGroups({ most, groupsMax: 2 }, (asked: Asked<Ended>[]) =>
        settlements.releaseEach(asked),
      ),
    }),
    WALLET_REWARDS: answering(rewards, {
      reward: inGroups({ most, groupsMax: 2 }, (asked: Asked<Reward>[]) =>
        rewards.rewardEach(asked),
      ),
    }),
    EVENTS_APPENDS: answering(env.EVENTS_APPENDS, tellingLater),
  }
}
