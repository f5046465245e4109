/** The steps that each privilege may take: checked here, so that a caller that may only charge can never make money. */
import { Amount, balanceMax } from '@coinop/shared/money'
import { z } from 'zod'
import type { Step } from './movements.ts'

const Payout = z.int().min(0).max(balanceMax)

/** Takes a price, 1 to the largest amount; anything else is a bug of the caller and throws. */
export const chargeSteps = (amount: number): Step[] => [
  { kind: 'charge', amount: -Amount.parse(amount), counterAccount: '@shop' },
]

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
