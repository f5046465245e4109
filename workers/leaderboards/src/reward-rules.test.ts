import { describe, expect, test } from 'vitest'
import { lastRewardedRank, percentileOf, prizeOf, type RewardRule } from './reward-rules.ts'

const coins = (amount: number) => ({ currency: 'COIN', amount })
const rules: RewardRule[] = [
  { fromRank: 1, toRank: 1, ...coins(100) },
  { fromRank: 1, toRank: 3, ...coins(50) },
  { fromPercentile: 0, toPercentile: 10, ...coins(5) },
  { fromPercentile: 10, toPercentile: 50, ...coins(1) },
]

describe('prizes', () => {
  test('a rank gets what the first rule that names it gives', () => {
    const amounts = [1, 2, 3, 4, 5, 6, 25, 26].map((rank) => prizeOf(rules, rank, 50)?.amount)
    expect(amounts).toEqual([100, 50, 50, 5, 5, 1, 1, undefined])
  })

  test('of few players the best tenth is one, and nobody is between two tenths', () => {
    for (let total = 1; total <= 200; total++) {
      const tenths = Array.from({ length: 10 }, (_, index) => ({
        fromPercentile: index * 10,
        toPercentile: index * 10 + 10,
        ...coins(index + 1),
      }))
      const amounts = Array.from({ length: total }, (_, index) => prizeOf(tenths, index + 1, total))
      expect(amounts[0]?.amount).toBe(1)
      expect(amounts.every((prize) => prize !== undefined)).toBe(true)
    }
  })

  test('nobody behind the last rewarded rank gets anything', () => {
    for (const total of [1, 2, 9, 10, 11, 99, 100, 1_000]) {
      const last = lastRewardedRank(rules, total)
      expect(prizeOf(rules, last, total)).toBeDefined()
      for (let rank = last + 1; rank <= total; rank++) {
        expect(prizeOf(rules, rank, total)).toBeUndefined()
      }
    }
    expect(lastRewardedRank([], 10)).toBe(0)
  })

  test('the percentile of the first of three is 33.34, of the last 100', () => {
    expect([1, 2, 3].map((rank) => percentileOf(rank, 3))).toEqual([33.34, 66.67, 100])
  })
})
