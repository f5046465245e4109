/** What a board's rules against fraud make of a submission, in the stretch of the submission. */
import { derivedId } from '@coinop/shared/ids'
import { lastHourOf } from './activity.ts'
import type { Submission } from './board-change.ts'
import type { BoardReference, BoardRules } from './board-commands.ts'
import { placeOf } from './board-rows.ts'
import { spreadOf } from './board-spread.ts'
import { factsOf, type Hit, judge, type Known, type Spread, type Suspect } from './fraud-rules.ts'
import type { RankIndex } from './rank-index.ts'
import { type Recorded, ReviewRows } from './review-rows.ts'
import { keysOf, orderOf } from './score-rules.ts'

/** The spread is as old as this share of the entries has been submitted since: it moves no faster. */
const spreadAgeShare = 0.01

/** `decisive`: the hit that decides. `known`: what it could be judged by. */
export type Judged = { decisive: Hit | undefined; known: Known }

export class BoardFraud {
  readonly reviews: ReviewRows
  private last: Spread | undefined
  private age = 0

  constructor(sql: Pick<SqlStorage, 'exec'>) {
    this.reviews = new ReviewRows(sql)
  }

  /** The hit that decides has been recorded, as those in shadow mode have. Only for what would change something. */
  judge(submission: Submission, reference: BoardReference, index: RankIndex): Judged {
    const { rules, season } = reference
    const { write, before, decision, at } = submission
    const known = knownOf(submission)
    const facts = factsOf(known, () => (known.spread ??= this.spread(index)))
    const standing = before ? keysOf(placeOf(before), rules) : null
    const suspect = suspectOf({ at, submitted: write.keys, standing, after: decision.keys }, rules)
    const { decisive, shadows } = judge(rules.fraud ?? [], suspect, facts)
    const record = (hit: Hit, status: Recorded['status']) => {
      const { userId, keys: submitted } = write
      const where = `${season.projectId}/${season.boardId}/${season.seasonId}`
      const idOf = (number: number) => derivedId('rvw', at, `${where}/${number}`)
      this.reviews.record({ hit, userId, submitted, status, at }, idOf)
    }
    for (const hit of shadows) record(hit, 'shadow')
    const action = decisive?.rule.action
    if (decisive && action !== 'accept') record(decisive, action === 'reject' ? 'rejected' : 'open')
    return { decisive, known }
  }

  /** The spread of now. */
  private spread(index: RankIndex): Spread {
    this.age += 1
    if (!this.last || this.age > this.last.entries * spreadAgeShare) {
      this.last = spreadOf(index)
      this.age = 0
    }
    return this.last
  }
}

/** But for the spread, which is found when it is asked for. */
const knownOf = ({ write: { play, isByPlayer }, before, at }: Submission): Known => ({
  lastAt: before?.updatedAt ?? null,
  lastHour: lastHourOf(before?.minutes, at),
  ...(play && { playSeconds: (at - play.createdAt) / 1_000 }),
  ...(!play && isByPlayer && { playSeconds: null }),
})

/** Keys: what was submitted, what stood, and what would stand. */
type Keys = { at: number; submitted: number[]; standing: number[] | null; after: number[] }

/** As rules look at it, when it arrives and when it is judged again. */
export const suspectOf = (
  { at, submitted, standing, after }: Keys,
  rules: Pick<BoardRules, 'keys' | 'tiePolicy'>,
): Suspect => ({
  at,
  submitted: submitted[0]!,
  before: standing?.[0] ?? null,
  after: after[0]!,
  order: orderOf(after, rules)[0],
})
