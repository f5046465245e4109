/** What a board does inside its object: rows of each operation against the budgets, and the time of a rank. */
import type { BoardSize, BoardSystem, ProbedBoard, Rows, Season } from './board-system.ts'
import { batchSize, fillerId, scoreOf } from './leaderboards-work.ts'

const budgets: Record<string, Rows> = {
  'cold start': { read: 2_500, written: 0 },
  'rank, nothing in memory': { read: 300, written: 0 },
  'rank again': { read: 2, written: 0 },
  'top 100': { read: 105, written: 0 },
  'around, 50 each side': { read: 420, written: 0 },
  'score that does not improve': { read: 4, written: 0 },
  'score that improves': { read: 8, written: 4 },
  // What the buckets hold that they leave is read once.
  [`batch of ${batchSize}`]: { read: 8 * batchSize + 129 * batchSize, written: 4 * batchSize },
}

const rules = {
  version: 1,
  keys: [{ sort: 'desc' }],
  tiePolicy: 'first_to_reach',
  operator: 'latest',
}

/** As the Worker names a season to its object. */
export const referenceOf = (season: Season) => ({
  season: { ...season, startsAt: 0, endsAt: null },
  rules,
})

const chunk = 10_000

/** Fills the board up to `size` entries; `report` hears how many there are. */
export async function fill(
  board: ProbedBoard,
  season: Season,
  size: number,
  report: (entries: number) => void,
): Promise<void> {
  for (let from = 0; from < size; from += chunk) {
    const length = Math.min(chunk, size - from)
    const writes = Array.from({ length }, (_, index) => ({
      userId: fillerId(from + index),
      keys: [scoreOf(from + index, size)],
    }))
    await board.fill(referenceOf(season), writes)
    report(from + length)
  }
}

/** How large the board is, and how many of its changes are not announced. */
export const sizeOf = async (board: ProbedBoard) => JSON.parse(await board.size()) as BoardSize

/** Rows of each operation, the board evicted before those that begin with nothing in memory. */
export async function countRows(
  { board: boardOf, evict }: BoardSystem,
  season: Season,
  size: number,
): Promise<Map<string, Rows>> {
  const reference = referenceOf(season)
  const fresh = async () => {
    await evict(season)
    const board = await boardOf(season)
    return { board, opened: JSON.parse(await board.opened()) as Rows }
  }
  const middle = fillerId(Math.floor(size / 2))
  const best = (key: number) => [{ userId: middle, keys: [key], operator: 'best' }]
  const rows = new Map<string, Rows>()
  const { board, opened } = await fresh()
  rows.set('cold start', opened)
  rows.set('rank, nothing in memory', await count(board, 'rank', middle))
  rows.set('rank again', await count(board, 'rank', middle))
  rows.set('score that does not improve', await count(board, 'submit', reference, best(-1)))
  // The bucket that it comes to is in memory: a cold one is read like a rank.
  await board.rankFor([size + 7])
  rows.set('score that improves', await count(board, 'submit', reference, best(size + 7)))
  const again = (await fresh()).board
  rows.set('top 100', await count(again, 'top', { limit: 100 }))
  rows.set('around, 50 each side', await count(again, 'around', middle, 50))
  const batch = Array.from({ length: batchSize }, (_, index) => ({
    userId: fillerId(index),
    keys: [2 * size + index],
  }))
  rows.set(`batch of ${batchSize}`, await count(again, 'submit', reference, batch))
  return rows
}

const count = async (board: ProbedBoard, name: string, ...args: unknown[]) =>
  JSON.parse(await board.counted(name, ...args)) as Rows

/** What is over its budget, in words; empty when nothing is. */
export const excesses = (rows: Map<string, Rows>): string[] =>
  [...rows].flatMap(([name, { read, written }]) => {
    const budget = budgets[name]!
    const isWithin = read <= budget.read && written <= budget.written
    return isWithin ? [] : [`${name}: ${read} read, ${written} written`]
  })

export const budgetOf = (name: string): Rows => budgets[name]!
