/** The rules of scores: pure, what a submission makes of what stands. */
import { fail, ok, type Result } from '@coinop/shared/result'
import type { BoardRules, Operator, Position, ScoreRefusal, ScoreWrite } from './board-commands.ts'

/** Sums beyond this are not exact. */
const sumMax = Number.MAX_SAFE_INTEGER

export type Standing = { keys: number[]; metadata: string | null; attempts: number }

/** `moves`: the keys change, and so the place. `applied`: the standing is now that of this submission. */
export type Decision = { keys: number[]; moves: boolean; applied: boolean; metadata: string | null }

type Rules = Pick<BoardRules, 'keys' | 'tiePolicy'>
export const orderOfRules = ({ keys, tiePolicy }: Rules): Rules => ({ keys, tiePolicy })

/** Keys as they stand in the order: ascending is ahead, and there is one zero. */
export const orderOf = (keys: number[], { keys: sorts }: Rules): [number, number, number] => {
  const at = (index: number) => {
    const key = keys[index] ?? 0
    return (sorts[index]?.sort === 'desc' ? -key : key) + 0
  }
  return [at(0), at(1), at(2)]
}

/** The keys of a place: `orderOf` undone. */
export const keysOf = (order: readonly number[], { keys: sorts }: Rules): number[] =>
  sorts.map(({ sort }, index) => (sort === 'desc' ? -order[index]! : order[index]!) + 0)

/** The tie-break of who reached a standing with this sequence: shared ranks are listed in the order of arrival. */
export const tieOf = (sequence: number, { tiePolicy }: Rules): number =>
  tiePolicy === 'last_to_reach' ? -sequence : sequence

/** Below 0 when `left` is ahead of `right`. */
export function comparePlaces(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < left.length; index++) {
    if (left[index] !== right[index]) return left[index]! < right[index]! ? -1 : 1
  }
  return 0
}

export const isSameTuple = (left: readonly number[], right: readonly number[]): boolean =>
  left[0] === right[0] && left[1] === right[1] && left[2] === right[2]

export const isShared = ({ tiePolicy }: Rules): boolean => tiePolicy.startsWith('shared')

/** In front of every entry with these keys, and behind all that are better. */
export const startOfTuple = (place: readonly number[]): Position => [
  place[0]!,
  place[1]!,
  place[2]!,
  -Number.MAX_SAFE_INTEGER,
]
/** Behind every entry with these keys. */
export const endOfTuple = (place: readonly number[]): Position => [
  place[0]!,
  place[1]!,
  place[2]!,
  Number.MAX_SAFE_INTEGER,
]

/** What a submission makes of the standing; `standing` is undefined for a user without an entry. */
export function decide(
  rules: BoardRules,
  standing: Standing | undefined,
  write: Pick<ScoreWrite, 'keys' | 'operator' | 'metadata'>,
): Result<Decision, ScoreRefusal> {
  if (write.keys.length !== rules.keys.length) return fail('wrong_number_of_keys')
  if (!write.keys.every(Number.isFinite)) return fail('score_out_of_bounds')
  if (standing && standing.attempts >= (rules.attemptsMax ?? Infinity)) {
    return fail('attempts_exhausted')
  }
  const operator = write.operator ?? rules.operator
  const keys = resultOf(operator, standing?.keys, write.keys)
  const metadata = write.metadata ?? null
  if (standing && !replaces(rules, operator, standing.keys, keys)) {
    return ok(unmoved(operator, standing, metadata))
  }
  if (!fits(rules, operator, keys)) return fail('score_out_of_bounds')
  return ok({ keys, moves: true, applied: true, metadata })
}

/** The place stays. The newest run of `latest` stands all the same, and its metadata with it. */
function unmoved(operator: Operator, standing: Standing, metadata: string | null): Decision {
  const { keys } = standing
  const renewed = operator === 'latest' && metadata !== standing.metadata
  if (renewed) return { keys, moves: false, applied: true, metadata }
  return { keys, moves: false, applied: false, metadata: standing.metadata }
}

/**
 * Whether what changed nothing changes nothing again: such a submission leaves no record, though it has a key. On a board
 * of another operator, or with another one than its board's, it is remembered.
 */
export const isRepeatable = ({ operator: usual }: BoardRules, operator: Operator): boolean =>
  operator === usual && (operator === 'best' || operator === 'first')

const isSum = (operator: Operator): boolean => operator === 'increment' || operator === 'decrement'

/** Every key is summed, as the score is. */
function resultOf(operator: Operator, before: number[] | undefined, given: number[]): number[] {
  const sign = operator === 'decrement' ? -1 : 1
  if (!isSum(operator)) return given.map((key) => key + 0)
  return given.map((key, index) => (before?.[index] ?? 0) + sign * key + 0)
}

/** Whether the result takes the place of what stands. Equal keys never do: who reached them keeps the place. */
function replaces(rules: Rules, operator: Operator, before: number[], after: number[]): boolean {
  if (operator === 'first') return false
  const order = comparePlaces(orderOf(after, rules), orderOf(before, rules))
  return operator === 'best' ? order < 0 : order !== 0
}

function fits({ scoreMin, scoreMax }: BoardRules, operator: Operator, keys: number[]): boolean {
  if (isSum(operator) && keys.some((key) => !(Math.abs(key) <= sumMax))) return false
  const score = keys[0]!
  return score >= (scoreMin ?? -Infinity) && score <= (scoreMax ?? Infinity)
}
