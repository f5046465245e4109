import { describe, expect, test } from 'vitest'
import { chargeSteps, rewardSteps, settlementSteps } from './steps.ts'

const wrong = [0, -1, 1.5, Number.NaN, 1e12 + 1, 2 ** 53, '1' as unknown as number]

describe('steps', () => {
  test.each(wrong)('%d is never charged, staked or rewarded', (amount) => {
    expect(() => chargeSteps(amount)).toThrow()
    expect(() => settlementSteps(amount, 0)).toThrow()
    expect(() => rewardSteps(amount)).toThrow()
  })

  test.each([-1, 1.5, Number.NaN, 2 ** 53])('%d is never paid out', (payout) => {
    expect(() => settlementSteps(1, payout)).toThrow()
  })

  test('a charge and a stake leave the wallet, a payout and a reward come in', () => {
    expect(chargeSteps(5)).toMatchObject([{ amount: -5, counterAccount: '@shop' }])
    expect(settlementSteps(5, 0)).toMatchObject([{ amount: -5, counterAccount: '@house' }])
    expect(settlementSteps(5, 9)).toMatchObject([{ amount: -5 }, { amount: 9 }])
    expect(rewardSteps(5)).toMatchObject([{ amount: 5, counterAccount: '@mint' }])
  })
})
