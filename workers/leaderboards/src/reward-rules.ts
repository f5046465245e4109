/** Which rank gets what at the end of a season: pure, so that the preview and the payment cannot differ. */

export type RankRule = { fromRank: number; toRank: number; currency: string; amount: number }
/** `(fromPercentile, toPercentile]` of the players: 0 to 10 are the best tenth. */
export type PercentileRule = {
  fromPercentile: number
  toPercentile: number
  currency: string
  amount: number
}
export type RewardRule = RankRule | PercentileRule
export type Prize = { currency: string; amount: number }

/** The ranks that a rule means in a standing of `total` players; a share is rounded up, so the best tenth of 5 is 1. */
function ranksOf(rule: RewardRule, total: number): { from: number; to: number } {
  if ('fromRank' in rule) return { from: rule.fromRank, to: rule.toRank }
  const upTo = (percentile: number) => Math.ceil((total * percentile) / 100)
  return { from: upTo(rule.fromPercentile) + 1, to: upTo(rule.toPercentile) }
}

/** What a rank gets: of the rules that name it the first one. */
export function prizeOf(rules: RewardRule[], rank: number, total: number): Prize | undefined {
  const rule = rules.find((each) => {
    const { from, to } = ranksOf(each, total)
    return rank >= from && rank <= to
  })
  return rule && { currency: rule.currency, amount: rule.amount }
}

/** Nobody behind this rank gets anything. */
export const lastRewardedRank = (rules: RewardRule[], total: number): number =>
  Math.max(0, ...rules.map((rule) => ranksOf(rule, total).to))

/** The share of the players who are at this rank or before it, in percent with two decimals, rounded up. */
export const percentileOf = (rank: number, total: number): number =>
  total === 0 ? 100 : Math.min(100, Math.ceil((rank * 10_000) / total) / 100)
