/** Ranks on a board: how many are ahead of a place, under each tie policy. */
import type { BoardRules, Position, Standing } from './board-commands.ts'
import { type BoardStorage, type EntryRow, placeOf } from './board-storage.ts'
import { endOfTuple, isSameTuple, isShared, keysOf, startOfTuple } from './score-rules.ts'

export class Ranks {
  private readonly rows: BoardStorage

  constructor(rows: BoardStorage) {
    this.rows = rows
  }

  total(): number {
    return this.rows.countVisible()
  }

  /** The rank of whoever stands at a place. */
  rankAt(place: Position, { tiePolicy }: BoardRules): number {
    if (tiePolicy === 'shared_dense') return this.rows.countTuplesBefore(startOfTuple(place)) + 1
    const shared = tiePolicy === 'shared_competition'
    return this.rows.countBefore(shared ? startOfTuple(place) : place) + 1
  }

  /** The rank that a new entry with these keys would get: behind its equals, ahead of them, or theirs. */
  rankOfNew(place: Position, rules: BoardRules): number {
    const behind = rules.tiePolicy === 'first_to_reach'
    return this.rankAt(behind ? endOfTuple(place) : startOfTuple(place), rules)
  }

  /** Neighbouring entries with their ranks: two are counted at most, the others follow. */
  ranked(entries: EntryRow[], rules: BoardRules): Standing[] {
    const [first] = entries
    if (!first) return []
    const shared = isShared(rules)
    const dense = rules.tiePolicy === 'shared_dense'
    let rank = this.rankAt(placeOf(first), rules)
    const ahead = shared && !dense ? this.rows.countBefore(placeOf(first)) : rank - 1
    return entries.map((entry, index) => {
      const previous = entries[index - 1]
      const tied = previous && shared && isSameTuple(placeOf(previous), placeOf(entry))
      if (previous && !tied) rank = dense ? rank + 1 : ahead + index + 1
      return standingOf(entry, rank, rules)
    })
  }
}

export const standingOf = (entry: EntryRow, rank: number, rules: BoardRules): Standing => ({
  userId: entry.userId,
  keys: keysOf(placeOf(entry), rules),
  rank,
  metadata: entry.metadata,
  attempts: entry.attempts,
  updatedAt: entry.updatedAt,
  reachedAt: entry.reachedAt,
})
