/** Ranks on a board, under each tie policy. */
import type { BoardRules, Position, Standing } from './board-commands.ts'
import { type EntryRow, placeOf } from './board-rows.ts'
import type { RankIndex } from './rank-index.ts'
import { endOfTuple, isSameTuple, isShared, keysOf, startOfTuple } from './score-rules.ts'

type Rules = Pick<BoardRules, 'keys' | 'tiePolicy'>

export class Ranks {
  readonly index: RankIndex
  private readonly rules: Rules

  constructor(index: RankIndex, rules: Rules) {
    this.index = index
    this.rules = rules
  }

  /** The rank of whoever stands at a place. */
  rankAt(place: Position): number {
    const { tiePolicy } = this.rules
    if (tiePolicy === 'shared_dense') return this.index.tuplesBefore(startOfTuple(place)) + 1
    const shared = tiePolicy === 'shared_competition'
    return this.index.before(shared ? startOfTuple(place) : place) + 1
  }

  /** How many are before all that have the keys of a place. */
  aheadOfEquals(place: Position): number {
    return this.index.before(startOfTuple(place))
  }

  /** The rank that a new entry with these keys would get: behind its equals, ahead of them, or theirs. */
  rankOfNew(place: Position): number {
    const behind = this.rules.tiePolicy === 'first_to_reach'
    return this.rankAt(behind ? endOfTuple(place) : startOfTuple(place))
  }

  standing(entry: EntryRow): Standing {
    return standingOf(entry, this.rankAt(placeOf(entry)), this.rules)
  }

  /** Neighbouring entries with their ranks: those of the first are looked up, the others follow. */
  ranked(entries: EntryRow[]): Standing[] {
    const [first] = entries
    if (!first) return []
    const place = placeOf(first)
    const rank = this.rankAt(place)
    const competition = this.rules.tiePolicy === 'shared_competition'
    const ranking = new Ranking(this.rules, rank, competition ? this.index.before(place) : rank - 1)
    return entries.map((entry) => ranking.next(entry))
  }
}

/** Ranks of entries that come in order, from the first on unless told otherwise. */
export class Ranking {
  private readonly rules: Rules
  private rank: number
  private ahead: number
  private previous: Position | undefined

  constructor(rules: Rules, rank = 1, ahead = 0) {
    this.rules = rules
    this.rank = rank
    this.ahead = ahead
  }

  next(entry: EntryRow): Standing {
    const place = placeOf(entry)
    if (this.previous) this.rank = this.rankBehind(this.previous, place)
    this.previous = place
    this.ahead += 1
    return standingOf(entry, this.rank, this.rules)
  }

  private rankBehind(previous: Position, place: Position): number {
    if (isShared(this.rules) && isSameTuple(previous, place)) return this.rank
    return this.rules.tiePolicy === 'shared_dense' ? this.rank + 1 : this.ahead + 1
  }
}

const standingOf = (entry: EntryRow, rank: number, rules: Rules): Standing => ({
  userId: entry.userId,
  keys: keysOf(placeOf(entry), rules),
  rank,
  metadata: entry.metadata,
  attempts: entry.attempts,
  updatedAt: entry.updatedAt,
  reachedAt: entry.reachedAt,
})
