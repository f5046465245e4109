/** Tries rules on the changes that a board's journal keeps: the same judgement as of a submission that arrives, and nothing is written. */
import type { BoardRules, Change } from './board-commands.ts'
import { suspectOf } from './board-fraud.ts'
import { changeOf } from './board-reads.ts'
import { spreadOf } from './board-spread.ts'
import type { Board } from './board.ts'
import { factsOf, type FraudAction, type FraudRule, judge, type Spread } from './fraud-rules.ts'

/** Most changes that are read in one stretch, in which the board does nothing else. */
export const stretchChangesMax = 2_000

export type BacktestTrial = {
  rules: FraudRule[]
  /** Changes behind this sequence, or from this time on. */
  begin: { sequence: number } | { at: number }
  /** Changes before this time. */
  until: number
  changesMax: number
  examplesMax: number
}
export type Example = {
  userId: string
  submitted: number[]
  at: number
  ruleId: string
  reason: string
}
export type BacktestPart = {
  /** What was read: how many changes, when the first and the last were made. */
  changes: number
  firstAt: number | null
  lastAt: number | null
  /** When the oldest change was made that is kept. */
  keptFrom: number | null
  /** Those of the changes that were judged. */
  submissions: number
  /** Those of the submissions for which no spread was recorded, and that of now was taken. */
  assumed: number
  /** How many submissions each action decided on. */
  decided: Record<FraudAction, number>
  /** By the id of the rule: where it decided, or would only have recorded. */
  hits: Record<string, number>
  examples: Example[]
  /** Where to go on; null when there is nothing more. */
  next: number | null
}

export const emptyPart = (): BacktestPart => ({
  changes: 0,
  firstAt: null,
  lastAt: null,
  keptFrom: null,
  submissions: 0,
  assumed: 0,
  decided: { accept: 0, flag: 0, quarantine: 0, reject: 0 },
  hits: {},
  examples: [],
  next: null,
})

export function backtest(board: Board, trial: BacktestTrial): BacktestPart {
  const { rows, reference } = board
  const part = { ...emptyPart(), keptFrom: rows.sequenceAt('ASC')?.at ?? null }
  if (!reference) return part
  const { begin, until } = trial
  const after = 'sequence' in begin ? begin.sequence : rows.sequenceBefore(begin.at)
  const limit = Math.min(trial.changesMax, stretchChangesMax)
  const found = rows.journalAfter(after, limit)
  const changes = found.filter(({ at }) => at < until).map(changeOf)
  const isThereMore = found.length === limit && changes.length === limit
  const tried = new Trial(board, reference.rules, trial)
  for (const change of changes) tried.add(part, change)
  part.changes = changes.length
  part.firstAt = changes[0]?.at ?? null
  part.lastAt = changes.at(-1)?.at ?? null
  part.next = isThereMore ? changes.at(-1)!.sequence : null
  return part
}

class Trial {
  private readonly board: Board
  private readonly order: BoardRules
  private readonly trial: BacktestTrial
  private now: Spread | undefined

  constructor(board: Board, order: BoardRules, trial: BacktestTrial) {
    this.board = board
    this.order = order
    this.trial = trial
  }

  /** Judges a change if it is a submission that was judged, whatever became of it then. */
  add(part: BacktestPart, { at, userId, submitted, known, ...change }: Change): void {
    if (!known || !submitted || !change.keys) return
    const keys = { at, submitted, standing: change.previousKeys, after: change.keys }
    let isAssumed = false
    const facts = factsOf(known, () => {
      isAssumed ||= known.spread === undefined
      return known.spread ?? this.spreadOfNow()
    })
    const { decisive, shadows } = judge(this.trial.rules, suspectOf(keys, this.order), facts)
    part.submissions += 1
    if (isAssumed) part.assumed += 1
    if (decisive) part.decided[decisive.rule.action] += 1
    for (const { rule, reason } of decisive ? [decisive, ...shadows] : shadows) {
      part.hits[rule.id] = (part.hits[rule.id] ?? 0) + 1
      if (part.examples.length === this.trial.examplesMax) continue
      part.examples.push({ userId, submitted, at, ruleId: rule.id, reason })
    }
  }

  /** Not that which live submissions share: it says nothing of how old that one is. */
  private spreadOfNow(): Spread {
    this.now ??= spreadOf(this.board.ranks!.index)
    return this.now
  }
}
