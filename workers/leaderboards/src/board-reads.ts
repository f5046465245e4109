/** What a board answers about its standing. */
import { createHash, type Hash } from 'node:crypto'
import {
  aroundMax,
  type Change,
  changesMax,
  type Changes,
  type Position,
  type RankedStanding,
  sectionMax,
  type Standing,
  type StandingsPage,
  standingsMax,
} from './board-commands.ts'
import { type ChangeBody, type EntryRow, type JournalRow, placeOf } from './board-rows.ts'
import type { Board } from './board.ts'
import { Ranking } from './ranks.ts'
import { comparePlaces, orderOf } from './score-rules.ts'

/** Entries that are hashed in one stretch. */
const digestPage = 1_000

export class BoardReads {
  private readonly board: Board

  constructor(board: Board) {
    this.board = board
  }

  /** The first page needs no rank looked up: it begins with the first. */
  top(after: Position | undefined, limit: number): StandingsPage {
    const { rows, reference } = this.board
    const size = clamp(limit, sectionMax)
    const found = rows.entriesAfter(after, size + 1)
    const entries = found.slice(0, size)
    const ranking = after || !reference ? undefined : new Ranking(reference.rules)
    const standings = ranking ? entries.map((each) => ranking.next(each)) : this.ranked(entries)
    return this.page(entries, standings, [after !== undefined, found.length > size])
  }

  before(position: Position, limit: number): StandingsPage {
    const size = clamp(limit, standingsMax)
    const found = this.board.rows.entriesBefore(position, size + 1)
    const entries = found.slice(0, size).toReversed()
    return this.page(entries, this.ranked(entries), [found.length > size, true])
  }

  private page(
    entries: EntryRow[],
    standings: Standing[],
    [hasPrevious, hasNext]: [boolean, boolean],
  ): StandingsPage {
    const [first, last] = [entries[0], entries.at(-1)]
    return {
      standings,
      next: hasNext && last ? placeOf(last) : null,
      previous: hasPrevious && first ? placeOf(first) : null,
      total: this.board.total,
    }
  }

  /** An entry in quarantine is for its owner only. */
  rank(userId: string, view: 'everybody' | 'owner'): RankedStanding | undefined {
    const { rows, ranks, reference, total } = this.board
    const entry = rows.entry(userId)
    if (!entry || !ranks || (entry.hidden === 1 && view !== 'owner')) return undefined
    const standing = ranks.standing(entry)
    const isDense = reference?.rules.tiePolicy === 'shared_dense'
    const ahead = isDense ? ranks.aheadOfEquals(placeOf(entry)) : standing.rank - 1
    return { ...standing, total, ahead, quarantined: entry.reason }
  }

  around(userId: string, each: number): Standing[] {
    const { rows } = this.board
    const entry = rows.entry(userId)
    if (!entry || entry.hidden === 1) return []
    const place = placeOf(entry)
    const count = Math.min(Math.max(each, 0), aroundMax)
    const ahead = count === 0 ? [] : rows.entriesBefore(place, count).toReversed()
    const behind = count === 0 ? [] : rows.entriesAfter(place, count)
    return this.ranked([...ahead, entry, ...behind])
  }

  /** In order of rank; who has no entry that everybody sees is left out. */
  standings(userIds: string[]): Standing[] {
    const { rows, ranks } = this.board
    if (!ranks || userIds.length === 0) return []
    return rows
      .entriesOf([...new Set(userIds)].slice(0, standingsMax))
      .filter(({ hidden }) => hidden === 0)
      .toSorted((left, right) => comparePlaces(placeOf(left), placeOf(right)))
      .map((entry) => ranks.standing(entry))
  }

  rankFor(keys: number[]): { rank: number; total: number } {
    const { ranks, reference, total } = this.board
    if (!ranks || !reference) return { rank: 1, total }
    return { rank: ranks.rankOfNew([...orderOf(keys, reference.rules), 0]), total }
  }

  changes(after: number, limit: number): Changes {
    const { rows, sequence } = this.board
    const found = rows.journalAfter(after, clamp(limit, changesMax))
    return { changes: found.map(changeOf), head: sequence, oldest: rows.firstSequence() }
  }

  /**
   * SHA-256 in lower-case hex over the visible entries in order, each one line of JSON and a line feed:
   * `[rank, userId, keys, metadata]`. No times and no sequences: a detour through quarantine leaves it as it was.
   */
  digest(): string {
    const { rows, reference } = this.board
    const hash = createHash('sha256')
    if (!reference) return hash.digest('hex')
    const ranking = new Ranking(reference.rules)
    let entries = rows.entriesAfter(undefined, digestPage)
    while (entries.length > 0) {
      for (const entry of entries) addLine(hash, ranking.next(entry))
      entries = rows.entriesAfter(placeOf(entries.at(-1)!), digestPage)
    }
    return hash.digest('hex')
  }

  private ranked(entries: EntryRow[]): Standing[] {
    return this.board.ranks?.ranked(entries) ?? []
  }
}

const addLine = (hash: Hash, { rank, userId, keys, metadata }: Standing): Hash =>
  hash.update(`${JSON.stringify([rank, userId, keys, metadata])}\n`)

const clamp = (limit: number, max: number): number => Math.min(Math.max(limit, 1), max)

export const changeOf = ({ sequence, at, kind, userId, change }: JournalRow): Change => ({
  sequence,
  at,
  kind,
  userId,
  ...(JSON.parse(change) as ChangeBody),
})
