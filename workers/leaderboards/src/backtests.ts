/** Trials of rules on the past of a season, a stretch of its board at a time, so that scores come in between. */
import { isoTime } from '@coinop/shared/clock'
import { ask } from '@coinop/shared/neighbour'
import {
  type BacktestPart,
  type BacktestTrial,
  emptyPart,
  stretchChangesMax,
} from './board-backtest.ts'
import type { FraudBacktest, NewFraudBacktest } from './fraud-model.ts'
import type { FraudRule } from './fraud-rules.ts'
import type { Standings } from './standings.ts'

/** `after`: the sequence where an earlier page ended. */
type Page = { after: number | undefined; limit: number }

/** Looks at `limit` changes at most. */
export async function tried(
  object: Standings['object'],
  { rules, from, to, examplesMax }: NewFraudBacktest,
  { after, limit }: Page,
): Promise<BacktestPart> {
  const whole = emptyPart()
  if (!object) return whole
  const trial: Omit<BacktestTrial, 'changesMax' | 'examplesMax'> = {
    rules: rules.map((rule, index): FraudRule => ({ ...rule, id: String(index) })),
    begin: after === undefined ? { at: from ? Date.parse(from) : 0 } : { sequence: after },
    until: to === undefined ? Infinity : Date.parse(to),
  }
  do {
    const part = await ask('board', async () =>
      object.backtest({
        ...trial,
        changesMax: Math.min(stretchChangesMax, limit - whole.changes),
        examplesMax: examplesMax - whole.examples.length,
      }),
    )
    add(whole, part)
    trial.begin = { sequence: part.next ?? 0 }
  } while (whole.next !== null && whole.changes < limit)
  return whole
}

function add(whole: BacktestPart, part: BacktestPart): void {
  whole.changes += part.changes
  whole.submissions += part.submissions
  whole.assumed += part.assumed
  whole.firstAt ??= part.firstAt
  whole.lastAt = part.lastAt ?? whole.lastAt
  whole.keptFrom = part.keptFrom
  whole.next = part.next
  whole.examples.push(...part.examples)
  for (const action of ['accept', 'flag', 'quarantine', 'reject'] as const) {
    whole.decided[action] += part.decided[action]
  }
  for (const [id, hits] of Object.entries(part.hits)) {
    whole.hits[id] = (whole.hits[id] ?? 0) + hits
  }
}

const timeOf = (at: number | null) => (at === null ? null : isoTime(at))

export const toBacktest = (
  seasonId: string,
  { rules }: NewFraudBacktest,
  part: BacktestPart,
): Omit<FraudBacktest, 'nextCursor'> => ({
  seasonId,
  from: timeOf(part.firstAt),
  to: timeOf(part.lastAt),
  keptFrom: timeOf(part.keptFrom),
  changes: part.changes,
  submissions: part.submissions,
  assumed: part.assumed,
  accepted: part.decided.accept,
  flagged: part.decided.flag,
  quarantined: part.decided.quarantine,
  rejected: part.decided.reject,
  rules: rules.map(({ name }, rule) => ({ rule, name, hits: part.hits[rule] ?? 0 })),
  examples: part.examples.map(({ userId, submitted, at, ruleId, reason }) => ({
    userId,
    score: submitted[0]!,
    at: isoTime(at),
    rule: Number(ruleId),
    reason,
  })),
})
