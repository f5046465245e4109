/** How long a rank takes inside the object, at each size by the same measure: as many users, in turns, the median of many calls. */
import type { ProbedBoard } from './board-system.ts'
import { fillerId } from './leaderboards-work.ts'

export type Sized = { board: ProbedBoard; size: number }
/** Microseconds of a rank at each size. */
export type RankTimes = { name: string; times: number[] }

/** Users of a call, each another one; and what an empty call has besides them is not counted. */
const usersPerCall = 500
const callsCount = 41

type Way = {
  name: string
  /** How many ranks a call asks of each user. */
  ranks: number
  /** Before a call, and not timed. */
  before: (board: ProbedBoard) => Promise<void>
  call: (board: ProbedBoard, userIds: string[]) => Promise<number>
  /** Whether it asks for the same users every time. */
  same: boolean
}

const nothing = async () => {}
const ways: Way[] = [
  {
    name: 'user and places in memory',
    ranks: 10,
    before: nothing,
    call: (board, userIds) => board.ranks(userIds, 10),
    same: true,
  },
  {
    name: 'user read, places in memory',
    ranks: 1,
    before: (board) => board.forgetEntries(),
    call: (board, userIds) => board.ranks(userIds),
    same: false,
  },
  {
    name: 'user and places read',
    ranks: 1,
    before: nothing,
    call: (board, userIds) => board.ranksRead(userIds),
    same: false,
  },
]

/** The boards take turns, so that a noisy machine is noisy for all of them. */
export async function timeRanks(boards: Sized[]): Promise<RankTimes[]> {
  for (const { board } of boards) await board.readPlaces()
  const found: RankTimes[] = []
  for (const way of ways) {
    const times: number[][] = boards.map(() => [])
    for (let round = 0; round < callsCount; round++) {
      for (const [at, sized] of boards.entries()) {
        times[at]!.push(await timeOf(way, sized, way.same ? 0 : round))
      }
    }
    found.push({ name: way.name, times: times.map(median) })
  }
  return found
}

/** Clocks stand still in a Worker, so it is taken outside. */
async function timeOf({ ranks, before, call }: Way, { board, size }: Sized, round: number) {
  const userIds = someUsers(size, round)
  await before(board)
  const emptyAt = performance.now()
  await board.ranks([])
  const at = performance.now()
  const known = await call(board, userIds)
  const milliseconds = performance.now() - at - (at - emptyAt)
  if (known !== userIds.length * ranks) throw new Error('A user of the board has no rank.')
  return (milliseconds * 1_000) / known
}

const sharesFactor = (one: number, other: number): boolean =>
  other === 0 ? one > 1 : sharesFactor(other, one % other)

/** Different ones, scattered over the board by a step that comes past all of it. */
function someUsers(size: number, round: number): string[] {
  let step = Math.floor(size * 0.618)
  while (sharesFactor(size, step)) step += 1
  const first = round * usersPerCall
  const indexes = Array.from({ length: usersPerCall }, (_, at) => ((first + at) * step) % size)
  return indexes.map(fillerId)
}

const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!
