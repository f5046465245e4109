/** The steps that each privilege may take: checked here, so that a caller that may only charge can never make money. */
import { Amount, balanceMax } from '@coinop/shared/money'
import { z } from 'zod'
import { holdSecondsMax, holdSecondsMin } from './hold-rules.ts'
import type { Step } from './movements.ts'

const Payout = z.int().min(0).max(balanceMax)
const Seconds = z.int().min(holdSecondsMin).max(holdSecondsMax)

/** The stake of a round of several steps, set aside for so long at most. */
export type Stake = {
  walletId: string
  roundId: string
  currency: string
  stake: number
  memo: string
  expiresInSeconds: number
}

/** Takes a price, 1 to the largest amount; anything else is a bug of the caller and throws. */
export const chargeSteps = (amount: number): Step[] => [
  { kind: 'charge', amount: -Amount.parse(amount), counterAccount: '@shop' },
]

/** Puts newly made money in. */
export const depositSteps = (amount: number): Step[] => [
  { kind: 'deposit', amount: Amount.parse(amount), counterAccount: '@mint' },
]

/** Takes money out of the world. */
export const withdrawSteps = (amount: number): Step[] => [
  { kind: 'withdraw', amount: -Amount.parse(amount), counterAccount: '@burn' },
]

/** The hold of a round: its id is the round's, and only settlements see it. */
export const heldStake = ({ walletId, roundId, currency, stake, memo, ...rest }: Stake) => ({
  walletId,
  key: `hold:${roundId}`,
  id: roundId,
  currency,
  amount: Amount.parse(stake),
  memo,
  seconds: Seconds.parse(rest.expiresInSeconds),
  account: '@house' as const,
})

/** What a round pays; 0 when the player lost. */
export const payoutOf = (payout: number): number => Payout.parse(payout)

/** Takes the stake and pays the payout, which is 0 when the player lost. */
export function settlementSteps(stake: number, payout: number): Step[] {
  const steps: Step[] = [{ kind: 'stake', amount: -Amount.parse(stake), counterAccount: '@house' }]
  if (Payout.parse(payout) > 0) {
    steps.push({ kind: 'payout', amount: payout, counterAccount: '@house' })
  }
  return steps
}

/** Pays newly made money. */
export const rewardSteps = (amount: number): Step[] => [
  { kind: 'reward', amount: Amount.parse(amount), counterAccount: '@mint' },
]
