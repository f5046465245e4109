/** What a board answers about its standing. */
import { createHash, type Hash } from 'node:crypto'
import {
  aroundMax,
  type BoardRules,
  type Change,
  changesMax,
  type Changes,
  type Position,
  type RankedStanding,
  type Standing,
  type StandingsPage,
  standingsMax,
} from './board-commands.ts'
import { type ChangeBody, type EntryRow, type JournalRow, placeOf } from './board-storage.ts'
import type { Board } from './board.ts'
import { standingOf } from './ranks.ts'
import { comparePlaces, orderOf } from './score-rules.ts'

/** Entries that are hashed in one stretch. */
const digestPage = 1_000

export class BoardReads {
  private readonly board: Board

  constructor(board: Board) {
    this.board = board
  }

  top(after: Position | undefined, limit: number): StandingsPage {
    const { rows } = this.board
    const size = clamp(limit, standingsMax)
    const found = rows.entriesAfter(after, size + 1)
    return this.page(found.slice(0, size), after !== undefined, found.length > size)
  }

  before(position: Position, limit: number): StandingsPage {
    const { rows } = this.board
    const size = clamp(limit, standingsMax)
    const found = rows.entriesBefore(position, size + 1)
    return this.page(found.slice(0, size).toReversed(), found.length > size, true)
  }

  private page(entries: EntryRow[], hasPrevious: boolean, hasNext: boolean): StandingsPage {
    const [first, last] = [entries[0], entries.at(-1)]
    return {
      standings: this.ranked(entries),
      next: hasNext && last ? placeOf(last) : null,
      previous: hasPrevious && first ? placeOf(first) : null,
      total: this.board.ranks.total(),
    }
  }

  /** An entry in quarantine is for its owner only. */
  rank(userId: string, view: 'everybody' | 'owner'): RankedStanding | undefined {
    const { rows, ranks, reference } = this.board
    const entry = rows.entry(userId)
    if (!entry || !reference || (entry.hidden === 1 && view !== 'owner')) return undefined
    const rank = ranks.rankAt(placeOf(entry), reference.rules)
    const standing = standingOf(entry, rank, reference.rules)
    return { ...standing, total: ranks.total(), quarantined: entry.reason }
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
    const { rows, ranks, reference } = this.board
    if (!reference) return []
    const wanted = [...new Set(userIds)].slice(0, standingsMax)
    return rows
      .entriesOf(wanted)
      .filter(({ hidden }) => hidden === 0)
      .toSorted((left, right) => comparePlaces(placeOf(left), placeOf(right)))
      .map((entry) =>
        standingOf(entry, ranks.rankAt(placeOf(entry), reference.rules), reference.rules),
      )
  }

  rankFor(keys: number[]): { rank: number; total: number } {
    const { ranks, reference } = this.board
    if (!reference) return { rank: 1, total: 0 }
    const place: Position = [...orderOf(keys, reference.rules), 0]
    return { rank: ranks.rankOfNew(place, reference.rules), total: ranks.total() }
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
    const hash = createHash('sha256')
    let place: Position | undefined
    let ranked = 0
    for (;;) {
      const entries = this.board.rows.entriesAfter(place, digestPage)
      for (const line of this.ranked(entries)) addLine(hash, line)
      ranked += entries.length
      if (entries.length < digestPage) return hash.digest('hex')
      place = placeOf(entries.at(-1)!)
    }
  }

  private ranked(entries: EntryRow[]): Standing[] {
    const rules: BoardRules | undefined = this.board.reference?.rules
    return rules ? this.board.ranks.ranked(entries, rules) : []
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
