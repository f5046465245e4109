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

/**
 * Where somebody stands: with a rank, and as the how-manieth of the players, as whom all count who share the rank. These differ
 * where ranks are dense: there the third rank may be that of the hundredth player.
 */
export type Stand = { rank: number; position: number }

/** What a rule goes by: shares are of the players, whatever their ranks are called. */
const placeIn = (rule: RewardRule, { rank, position }: Stand): number =>
  'fromRank' in rule ? rank : position

/** What somebody gets: of the rules that name them the first one. */
export function prizeOf(rules: RewardRule[], stand: Stand, total: number): Prize | undefined {
  const rule = rules.find((each) => {
    const { from, to } = ranksOf(each, total)
    const place = placeIn(each, stand)
    return place >= from && place <= to
  })
  return rule && { currency: rule.currency, amount: rule.amount }
}

/** Whether somebody who stands there or behind may still get something. */
export const mayReward = (rules: RewardRule[], stand: Stand, total: number): boolean =>
  rules.some((rule) => placeIn(rule, stand) <= ranksOf(rule, total).to)

/** The share of the players up to this position, in percent with two decimals, rounded up. */
export const percentileOf = (position: number, total: number): number =>
  total === 0 ? 100 : Math.min(100, Math.ceil((position * 10_000) / total) / 100)
