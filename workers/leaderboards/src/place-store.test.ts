import { Random } from '@coinop/wallet/test-random'
import { expect, test } from 'vitest'
import type { Position } from './board-commands.ts'
import { Buckets } from './buckets.ts'
import { Fenwick } from './fenwick.ts'
import { PlaceStore } from './place-store.ts'
import { everything } from './rank-index.ts'
import { comparePlaces } from './score-rules.ts'

/** Few different numbers, so that keys are tied in the first, in two or in all. */
const somePlace = (random: Random, keys: number, tie: number): Position => {
  const key = (index: number) => (index < keys ? random.below(4) - 2 : 0)
  return [key(0), key(1), key(2), tie]
}
const sorted = (places: Position[]) => places.toSorted(comparePlaces)
const all = (store: PlaceStore, slot: number) =>
  Array.from({ length: store.countOf(slot) }, (_, index) => store.at(slot, index))

test('places are found, taken in, removed, divided and joined as in plain lists, however they are tied', () => {
  const random = new Random(11)
  const capacity = 40
  for (let round = 0; round < 200; round++) {
    const keys = 1 + random.below(3)
    const store = new PlaceStore(keys, capacity)
    const slot = store.take()
    let list = sorted(Array.from({ length: 8 }, (_, tie) => somePlace(random, keys, tie)))
    store.append(
      slot,
      list.map((place) => [...place.slice(0, keys), place[3]!]),
    )
    for (let tie = 10; tie < 60 && list.length < capacity; tie++) {
      const place = somePlace(random, keys, tie)
      const index = list.filter((each) => comparePlaces(each, place) < 0).length
      expect(store.before(slot, place)).toBe(index)
      expect(store.isAt(slot, index, place)).toBe(false)
      store.insert(slot, index, place)
      list = sorted([...list, place])
      expect(store.isAt(slot, index, place)).toBe(true)
      if (random.below(3) === 0) store.remove(slot, store.before(slot, list.shift()!))
    }
    const [middle, right] = [random.below(list.length), store.take()]
    store.move(slot, middle, right)
    expect([all(store, slot), all(store, right)]).toEqual([
      list.slice(0, middle),
      list.slice(middle),
    ])
    store.move(right, 0, slot)
    expect([all(store, slot), store.countOf(right)]).toEqual([list, 0])
  }
})

test('thousands of slots keep to themselves; one that was given back is taken again, and is empty', () => {
  const store = new PlaceStore(2, 3)
  const slots = Array.from({ length: 5_000 }, () => store.take())
  expect(new Set(slots).size).toBe(5_000)
  for (const slot of slots) store.append(slot, [[slot, 1, 2]])
  for (const slot of slots) expect(all(store, slot)).toEqual([[slot, 1, 0, 2]])
  store.giveBack(slots[700]!)
  expect([store.take(), store.countOf(slots[700]!)]).toEqual([slots[700], 0])
})

test('more places than a slot takes are refused, and it is as it was', () => {
  const store = new PlaceStore(1, 2)
  const [slot, other] = [store.take(), store.take()]
  store.append(slot, [
    [1, 1],
    [2, 2],
  ])
  store.append(other, [[3, 3]])
  expect(() => store.insert(slot, 0, [0, 0, 0, 4])).toThrow(RangeError)
  expect(() => store.append(slot, [[3, 5]])).toThrow(RangeError)
  expect(() => store.move(other, 0, slot)).toThrow(RangeError)
  expect([all(store, slot), all(store, other)]).toEqual([
    [
      [1, 0, 0, 1],
      [2, 0, 0, 2],
    ],
    [[3, 0, 0, 3]],
  ])
})

test('the bucket of a place is the last that begins at it or ahead of it, whatever comes and goes', () => {
  const random = new Random(12)
  let list = [everything]
  const buckets = new Buckets([{ from: everything, count: 0, firsts: 0 }])
  for (let tie = 0; tie < 1_500; tie++) {
    const from = somePlace(random, 3, tie % 5)
    const at = list.findLastIndex((start) => comparePlaces(start, from) <= 0)
    expect(buckets.find(from)).toBe(at)
    if (list.length > 1 && random.below(3) === 0) {
      const gone = 1 + random.below(list.length - 1)
      buckets.remove(gone)
      list = list.toSpliced(gone, 1)
    } else if (comparePlaces(list[at]!, from) < 0) {
      buckets.insert(at + 1, { from, count: tie, firsts: 1 })
      expect([buckets.counts[at + 1], buckets.firsts[at + 1]]).toEqual([tie, 1])
      list = list.toSpliced(at + 1, 0, from)
    }
  }
  expect(list.length).toBeGreaterThan(50)
  expect(list.map((_, index) => buckets.startOf(index))).toEqual(list)
})

test('sums of counts are right after each change, and after the list has become longer and shorter', () => {
  const random = new Random(13)
  const fenwick = new Fenwick()
  for (const length of [1, 7, 300, 40, 301, 2]) {
    const counts = Int32Array.from({ length: length + 3 }, () => random.below(129))
    fenwick.rebuild(counts, length)
    for (let change = 0; change < 50; change++) {
      const [index, by] = [random.below(length), random.below(9) - 4]
      counts[index]! += by
      fenwick.add(index, by)
      const end = random.below(length + 1)
      expect(fenwick.sumOf(end)).toBe(sumOf(counts.subarray(0, end)))
    }
    expect(fenwick.total).toBe(sumOf(counts.subarray(0, length)))
  }
})

const sumOf = (counts: Int32Array) => counts.reduce((sum, count) => sum + count, 0)
