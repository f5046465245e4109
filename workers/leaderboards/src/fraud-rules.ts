/** Rules against fraud, as data and pure: what a submission looks like, what is known of its user and its board, what to do. */

export type FraudAction = 'accept' | 'flag' | 'quarantine' | 'reject'
export type FraudCondition =
  /** The standing score changes by more than this at once; a first score is no change. */
  | { kind: 'change_above'; change: number }
  /** Sooner than this after the submission that stands. */
  | { kind: 'interval_below'; seconds: number }
  /** What was submitted is outside. */
  | { kind: 'score_outside'; min: number; max: number }
  /** More than this within an hour, which is counted by the minute. */
  | { kind: 'submissions_above'; perHour: number }
  /** So far ahead of the median, in deviations; of boards with at least so many entries. */
  | { kind: 'z_score_above'; zScore: number; entriesMin: number }
  /** A player's without a play session; anybody's sooner than this after its session was started. */
  | { kind: 'play_session_missing'; secondsMin: number }

export type FraudRule = {
  id: string
  name: string
  condition: FraudCondition
  action: FraudAction
  /** Recorded, and nothing else. */
  shadow: boolean
  /** Smaller is tried first. */
  priority: number
}

/** The standing in the middle of a board, and how far the others are from it in the middle; as they stand in the order. */
export type Spread = { entries: number; median: number; deviation: number }

export type Suspect = {
  at: number
  /** What was submitted, what stood, and what would stand. */
  submitted: number
  before: number | null
  after: number
  /** `after` as it stands in the order: less is better. */
  order: number
}
/** What is known of a submission when it is judged, and kept with it, so that it can be judged again. */
export type Known = {
  /** When the submission that stood was made. */
  lastAt: number | null
  lastHour: number
  /** Only if a rule asked for it. */
  spread?: Spread
  /** How long its play session took; null for a player's without one, absent for a server's. */
  playSeconds?: number | null
}
/** What rules ask for, each only when a rule needs it. */
export type FraudFacts = {
  /** When the submission that stands was made. */
  lastAt(): number | undefined
  /** Submissions within the last hour, this one not among them. */
  lastHour(): number
  spread(): Spread
  playSeconds(): number | null | undefined
}

export const factsOf = (
  { lastAt, lastHour, playSeconds }: Known,
  spread: () => Spread,
): FraudFacts => ({
  lastAt: () => lastAt ?? undefined,
  lastHour: () => lastHour,
  spread,
  playSeconds: () => playSeconds,
})

export type Hit = { rule: FraudRule; reason: string }
/** `decisive`: the first rule that is not in shadow mode and hits. */
export type Verdict = { decisive: Hit | undefined; shadows: Hit[] }

/** Deviations of the median are this much of a standard deviation (Iglewicz and Hoaglin, 1993). */
const deviationShare = 0.6745

/** Rules are tried in order until one decides; those in shadow mode are tried all. */
export function judge(rules: FraudRule[], suspect: Suspect, facts: FraudFacts): Verdict {
  const verdict: Verdict = { decisive: undefined, shadows: [] }
  for (const rule of rules.toSorted((one, other) => one.priority - other.priority)) {
    if (verdict.decisive && !rule.shadow) continue
    const reason = reasonOf(rule.condition, suspect, facts)
    if (reason === undefined) continue
    if (rule.shadow) verdict.shadows.push({ rule, reason })
    else verdict.decisive = { rule, reason }
  }
  return verdict
}

/** Why the condition holds, for those who review; undefined when it does not. */
export function reasonOf(
  condition: FraudCondition,
  suspect: Suspect,
  facts: FraudFacts,
): string | undefined {
  switch (condition.kind) {
    case 'change_above':
      return changeOf(condition.change, suspect)
    case 'interval_below':
      return intervalOf(condition.seconds, suspect, facts)
    case 'score_outside':
      return boundsOf(condition, suspect)
    case 'submissions_above':
      return rateOf(condition.perHour, facts)
    case 'z_score_above':
      return zScoreOf(condition, suspect, facts)
    case 'play_session_missing':
      return playOf(condition.secondsMin, facts)
    default:
      return condition satisfies never
  }
}

function changeOf(most: number, { before, after }: Suspect): string | undefined {
  const change = before === null ? 0 : Math.abs(after - before)
  return change > most ? `Changed by ${change}, more than ${most}.` : undefined
}

function intervalOf(least: number, { at }: Suspect, facts: FraudFacts): string | undefined {
  const last = facts.lastAt()
  if (last === undefined || at - last >= least * 1_000) return undefined
  return `${(at - last) / 1_000} s after the one before, less than ${least} s.`
}

function boundsOf(
  { min, max }: { min: number; max: number },
  { submitted }: Suspect,
): string | undefined {
  if (submitted >= min && submitted <= max) return undefined
  return `${submitted} is not between ${min} and ${max}.`
}

function rateOf(most: number, facts: FraudFacts): string | undefined {
  const count = facts.lastHour() + 1
  return count > most ? `${count} within an hour, more than ${most}.` : undefined
}

function playOf(least: number, facts: FraudFacts): string | undefined {
  const seconds = facts.playSeconds()
  if (seconds === null) return 'Without a play session.'
  if (seconds === undefined || seconds >= least) return undefined
  return `${seconds} s after its play session was started, less than ${least} s.`
}

/** Without a deviation, as on a board where most have the same score, it says nothing. */
function zScoreOf(
  { zScore, entriesMin }: { zScore: number; entriesMin: number },
  { order }: Suspect,
  facts: FraudFacts,
): string | undefined {
  const { entries, median, deviation } = facts.spread()
  if (entries < entriesMin || deviation === 0) return undefined
  const ahead = (deviationShare * (median - order)) / deviation
  return ahead > zScore ? `${ahead.toFixed(1)} deviations ahead, more than ${zScore}.` : undefined
}
