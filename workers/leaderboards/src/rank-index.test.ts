import { expect, test } from 'vitest'
import { RankIndex, StaleIndex, everything } from './rank-index.ts'

const size = 64

/** A board of so many buckets with one key: the entry of score n is the one ahead of which n are. */
function boardOf(buckets: number) {
  const reads: number[] = []
  const counts = Array.from({ length: buckets }, (_, at) => ({
    from: at === 0 ? everything : [at * size, 0, 0, at * size],
    count: size,
    firsts: 0,
  }))
  const rows = {
    bucket: ([from]: number[]) => {
      const first = Math.max(0, from!)
      reads.push(first / size)
      return Array.from({ length: size }, (_, index) => [first + index, first + index])
    },
    hasTupleAhead: () => false,
    nextOfTuple: () => undefined,
  }
  return { index: new RankIndex(rows, { keys: 1, dense: false }, counts), reads }
}
const placeOf = (score: number) => [score, 0, 0, score]

test('a bucket is read once while there is room, and ranks stay right when there is none', () => {
  const [inMemory, buckets] = [16_000, 17_000]
  const { index, reads } = boardOf(buckets)
  const askAll = (end: number) => {
    for (let at = 0; at < end; at++)
      expect(index.before(placeOf(at * size + 7))).toBe(at * size + 7)
  }
  for (let time = 0; time < 2; time++) askAll(inMemory)
  expect(reads).toHaveLength(inMemory)
  for (let time = 0; time < 2; time++) askAll(buckets)
  expect(reads.length).toBeGreaterThan(buckets)
  expect(index.total).toBe(buckets * size)
})

test('entries that were not counted, and counts that no bucket may have, are a stale index', () => {
  const rows = { bucket: () => [[1, 1]], hasTupleAhead: () => false, nextOfTuple: () => undefined }
  const shape = { keys: 1, dense: false }
  for (const count of [2, 500]) {
    const index = new RankIndex(rows, shape, [{ from: everything, count, firsts: 0 }])
    expect(() => index.before(placeOf(1))).toThrow(StaleIndex)
    expect(() => index.remove(placeOf(1))).toThrow(StaleIndex)
  }
})
