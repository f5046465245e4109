/** What a board's rules against fraud make of a submission, and what it remembers for them: in the stretch of the submission. */
import { derivedId } from '@coinop/shared/ids'
import { ActivityRows } from './activity-rows.ts'
import type { Submission } from './board-change.ts'
import type { BoardReference } from './board-commands.ts'
import { placeOf } from './board-rows.ts'
import { spreadOf } from './board-spread.ts'
import { type FraudFacts, type Hit, judge, needsRate, type Spread } from './fraud-rules.ts'
import type { RankIndex } from './rank-index.ts'
import { type Recorded, ReviewRows } from './review-rows.ts'
import { keysOf, orderOf } from './score-rules.ts'

/** The spread is as old as this share of the entries has been submitted since: it moves no faster. */
const spreadAgeShare = 0.01

export class BoardFraud {
  readonly reviews: ReviewRows
  private readonly activity: ActivityRows
  private known: Spread | undefined
  private age = 0

  constructor(sql: SqlStorage) {
    this.reviews = new ReviewRows(sql)
    this.activity = new ActivityRows(sql)
  }

  /** The hit that decides, which has been recorded as those in shadow mode have. Only for what would change something. */
  judge(submission: Submission, reference: BoardReference, index: RankIndex): Hit | undefined {
    const { rules, season } = reference
    const fraud = rules.fraud ?? []
    const { write, before, decision, at } = submission
    const { decisive, shadows } = judge(
      fraud,
      {
        at,
        submitted: write.keys[0]!,
        before: before ? keysOf(placeOf(before), rules)[0]! : null,
        after: decision.keys[0]!,
        order: orderOf(decision.keys, rules)[0],
      },
      this.factsOf(submission, index),
    )
    const record = (hit: Hit, status: Recorded['status']) => {
      const { userId, keys: submitted } = write
      const where = `${season.projectId}/${season.boardId}/${season.seasonId}`
      const idOf = (number: number) => derivedId('rvw', at, `${where}/${number}`)
      this.reviews.record({ hit, userId, submitted, status, at }, idOf)
    }
    for (const hit of shadows) record(hit, 'shadow')
    const action = decisive?.rule.action
    if (decisive && action !== 'accept') record(decisive, action === 'reject' ? 'rejected' : 'open')
    if (action !== 'reject' && needsRate(fraud)) this.activity.add(write.userId, at)
    return decisive
  }

  /** The spread of now. */
  spread(index: RankIndex): Spread {
    this.age += 1
    if (!this.known || this.age > this.known.entries * spreadAgeShare) {
      this.known = spreadOf(index)
      this.age = 0
    }
    return this.known
  }

  private factsOf({ write, before, at }: Submission, index: RankIndex): FraudFacts {
    return {
      lastAt: () => before?.updatedAt,
      lastHour: () => this.activity.lastHour(write.userId, at),
      spread: () => this.spread(index),
    }
  }
}
