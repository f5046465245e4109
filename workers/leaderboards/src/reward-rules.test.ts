import { describe, expect, test } from 'vitest'
import { mayReward, percentileOf, prizeOf, type RewardRule } from './reward-rules.ts'

/** Without ties. */
const at = (rank: number) => ({ rank, position: rank })
const coins = (amount: number) => ({ currency: 'COIN', amount })
const rules: RewardRule[] = [
  { fromRank: 1, toRank: 1, ...coins(100) },
  { fromRank: 1, toRank: 3, ...coins(50) },
  { fromPercentile: 0, toPercentile: 10, ...coins(5) },
  { fromPercentile: 10, toPercentile: 50, ...coins(1) },
]

describe('prizes', () => {
  test('a rank gets what the first rule that names it gives', () => {
    const amounts = [1, 2, 3, 4, 5, 6, 25, 26].map((rank) => prizeOf(rules, at(rank), 50)?.amount)
    expect(amounts).toEqual([100, 50, 50, 5, 5, 1, 1, undefined])
  })

  test('of few players the best tenth is one, and nobody is between two tenths', () => {
    for (let total = 1; total <= 200; total++) {
      const tenths = Array.from({ length: 10 }, (_, index) => ({
        fromPercentile: index * 10,
        toPercentile: index * 10 + 10,
        ...coins(index + 1),
      }))
      const amounts = Array.from({ length: total }, (_, index) =>
        prizeOf(tenths, at(index + 1), total),
      )
      expect(amounts[0]?.amount).toBe(1)
      expect(amounts.every((prize) => prize !== undefined)).toBe(true)
    }
  })

  test('behind the last who may be rewarded nobody gets anything', () => {
    for (const total of [1, 2, 9, 10, 11, 99, 100, 1_000]) {
      const ranks = Array.from({ length: total }, (_, index) => at(index + 1))
      const last = ranks.findLastIndex((stand) => mayReward(rules, stand, total))
      expect(prizeOf(rules, ranks[last]!, total)).toBeDefined()
      for (const stand of ranks.slice(last + 1)) {
        expect(prizeOf(rules, stand, total)).toBeUndefined()
      }
    }
    expect(mayReward([], at(1), 10)).toBe(false)
  })

  test('a share is one of the players, also where many have the same rank', () => {
    expect(prizeOf(rules, { rank: 4, position: 26 }, 50)).toBeUndefined()
    expect(prizeOf(rules, { rank: 4, position: 25 }, 50)).toEqual(coins(1))
    expect(prizeOf(rules, { rank: 3, position: 26 }, 50)).toEqual(coins(50))
  })

  test('the percentile of the first of three is 33.34, of the last 100', () => {
    expect([1, 2, 3].map((rank) => percentileOf(rank, 3))).toEqual([33.34, 66.67, 100])
  })
})
