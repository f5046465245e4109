import { Random } from '@coinop/wallet/test-random'
import { expect, test } from 'vitest'
import { spreadOf } from './board-spread.ts'
import { everything, RankIndex } from './rank-index.ts'

const median = (values: number[]): number => {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (index: number) => sorted[index]!
  return (at((sorted.length - 1) >> 1) + at(sorted.length >> 1)) / 2
}

test('median and deviation are those of all entries, by the index, whatever comes and goes', () => {
  const random = new Random(7)
  for (let round = 0; round < 60; round++) {
    const places = { bucket: () => [], hasTupleAhead: () => false, nextOfTuple: () => undefined }
    const counts = [{ from: everything, count: 0, firsts: 0 }]
    const index = new RankIndex(places, { keys: 1, dense: false }, counts)
    const entries: number[][] = []
    const range = [2, 50, 100_000][round % 3]!
    const size = 1 + random.below(round < 50 ? 40 : 900)
    for (let tie = 0; tie < size; tie++) {
      const place = [random.below(range) - range / 2, 0, 0, tie]
      index.add(place)
      entries.push(place)
      if (tie % 7 === 6) index.remove(entries.splice(random.below(entries.length), 1)[0]!)
    }
    const scores = entries.map(([score]) => score!)
    const middle = median(scores)
    const deviation = median(scores.map((score) => Math.abs(score - middle)))
    expect(spreadOf(index)).toEqual({ entries: scores.length, median: middle, deviation })
  }
})

test('an empty board has none', () => {
  const ordered = { total: 0, placeAt: () => [] }
  expect(spreadOf(ordered)).toEqual({ entries: 0, median: 0, deviation: 0 })
})
