/** A board as a plain sorted array: slow, and so simple that it is right. */
import { createHash } from 'node:crypto'
import type { BoardRules, ScoreWrite } from './board-commands.ts'

export type OracleEntry = {
  userId: string
  keys: number[]
  metadata: string | null
  attempts: number
  /** Counts the moves of the whole board. */
  reached: number
  hidden: boolean
}
type Answer = { ok: true; value: object } | { ok: false; code: string }
type Kept = { body: string; answer: Answer }

const isInexact = (key: number) => Math.abs(key) > 2 ** 53 - 1
const refusal = (code: string) => ({ answer: { ok: false, code } as Answer, changed: false })

export class Oracle {
  readonly rules: BoardRules
  readonly entries = new Map<string, OracleEntry>()
  private readonly kept = new Map<string, Kept>()
  private moves = 0

  constructor(rules: BoardRules) {
    this.rules = rules
  }

  /** Below 0 when `left` has the better keys. */
  private better(left: number[], right: number[]): number {
    for (const [index, { sort }] of this.rules.keys.entries()) {
      const difference = left[index]! - right[index]!
      if (difference !== 0) return sort === 'desc' ? -difference : difference
    }
    return 0
  }

  sorted(): OracleEntry[] {
    const last = this.rules.tiePolicy === 'last_to_reach'
    const order = (left: OracleEntry, right: OracleEntry) =>
      this.better(left.keys, right.keys) || (left.reached - right.reached) * (last ? -1 : 1)
    return [...this.entries.values()].filter(({ hidden }) => !hidden).toSorted(order)
  }

  rankOf(entry: OracleEntry): number {
    const { tiePolicy } = this.rules
    const others = [...this.entries.values()].filter((each) => !each.hidden)
    const ahead = others.filter(({ keys }) => this.better(keys, entry.keys) < 0)
    if (tiePolicy === 'shared_dense') {
      return new Set(ahead.map(({ keys }) => JSON.stringify(keys))).size + 1
    }
    if (tiePolicy === 'shared_competition') return ahead.length + 1
    const tied = others.filter(
      ({ keys, reached }) =>
        this.better(keys, entry.keys) === 0 &&
        (tiePolicy === 'first_to_reach' ? reached < entry.reached : reached > entry.reached),
    )
    return ahead.length + tied.length + 1
  }

  rankFor(keys: number[]): number {
    const reached = this.rules.tiePolicy === 'last_to_reach' ? Infinity : this.moves + 1
    const entry = { userId: '', keys, metadata: null, attempts: 0, reached, hidden: false }
    return this.rankOf(entry)
  }

  standings(): object[] {
    return this.sorted().map((entry) => ({ ...shown(entry), rank: this.rankOf(entry) }))
  }

  digest(): string {
    const lines = this.sorted().map((entry) => {
      const { userId, keys, metadata } = entry
      return `${JSON.stringify([this.rankOf(entry), userId, keys, metadata])}\n`
    })
    return createHash('sha256').update(lines.join('')).digest('hex')
  }

  submit(write: ScoreWrite): Answer {
    const { idempotencyKey: key, ...rest } = write
    const body = JSON.stringify(rest)
    const earlier = key === undefined ? undefined : this.kept.get(key)
    if (earlier && earlier.body !== body) return { ok: false, code: 'idempotency_conflict' }
    if (earlier?.answer.ok) return { ok: true, value: { ...earlier.answer.value, replayed: true } }
    const { answer, changed } = this.decide(write)
    // A refusal is not remembered, nor what changed nothing and never would: both may be decided again.
    const usual = this.rules.operator
    const settled = (write.operator ?? usual) === usual && ['best', 'first'].includes(usual)
    if (key !== undefined && answer.ok && (changed || !settled))
      this.kept.set(key, { body, answer })
    return answer
  }

  // oxlint-disable-next-line eslint/complexity -- all rules at one glance are what makes it plainly right
  private decide(write: ScoreWrite): { answer: Answer; changed: boolean } {
    const { rules } = this
    const before = this.entries.get(write.userId)
    const operator = write.operator ?? rules.operator
    if (write.keys.length !== rules.keys.length) return refusal('wrong_number_of_keys')
    if ((before?.attempts ?? 0) >= (rules.attemptsMax ?? Infinity)) {
      return refusal('attempts_exhausted')
    }
    const sign = { increment: 1, decrement: -1, best: 0, latest: 0, first: 0 }[operator]
    const sum = (key: number, index: number) => (before ? before.keys[index]! : 0) + sign * key + 0
    const keys = write.keys.map((key, index) => (sign === 0 ? key + 0 : sum(key, index)))
    const order = before ? this.better(keys, before.keys) : -1
    const stays = { best: order >= 0, first: true, latest: order === 0 }[operator as 'best']
    const moves = !before || !(stays ?? order === 0)
    if (moves && (this.isOutside(keys[0]!) || (sign !== 0 && keys.some(isInexact)))) {
      return refusal('score_out_of_bounds')
    }
    const renewed = operator === 'latest' && (write.metadata ?? null) !== before?.metadata
    return this.accept(write, keys, { moves, applied: moves || renewed })
  }

  private isOutside(score: number): boolean {
    const { scoreMin = -Infinity, scoreMax = Infinity } = this.rules
    return score < scoreMin || score > scoreMax
  }

  private accept(
    write: ScoreWrite,
    keys: number[],
    { moves, applied }: { moves: boolean; applied: boolean },
  ): { answer: Answer; changed: boolean } {
    const before = this.entries.get(write.userId)
    const previous = {
      previousRank: before ? this.rankOf(before) : null,
      previousKeys: before ? before.keys : null,
    }
    const changed = applied || this.rules.attemptsMax !== undefined
    if (moves) this.moves += 1
    const { userId } = write
    const blank = { userId, keys, metadata: null, attempts: 0, reached: 0, hidden: false }
    const after: OracleEntry = {
      ...(before ?? blank),
      ...(moves && { keys, reached: this.moves }),
      ...(applied && { metadata: write.metadata ?? null }),
    }
    if (changed) after.attempts += 1
    this.entries.set(userId, after)
    const rank = this.rankOf(after)
    const now = { rank, keys: after.keys, applied, replayed: false, attempts: after.attempts }
    return { answer: { ok: true, value: { ...previous, ...now } }, changed }
  }

  remove(userId: string): boolean {
    return this.entries.delete(userId)
  }

  /** Hides or shows; false when there is nothing to do. */
  hide(userId: string, hidden: boolean): boolean | undefined {
    const entry = this.entries.get(userId)
    if (!entry) return undefined
    const changed = entry.hidden !== hidden
    entry.hidden = hidden
    return changed
  }

  confirm(userId: string): boolean | undefined {
    const entry = this.entries.get(userId)
    if (!entry) return undefined
    return entry.hidden && this.entries.delete(userId)
  }
}

export const shown = ({ userId, keys, metadata, attempts }: OracleEntry) => ({
  userId,
  keys,
  metadata,
  attempts,
})
