import { expect, test } from 'vitest'
import type { JournalRow } from './board-rows.ts'
import { JournalTail } from './journal-tail.ts'

const rowsOf = (from: number, count: number): JournalRow[] =>
  Array.from({ length: count }, (_, index) => ({
    sequence: from + index,
    at: 0,
    kind: 'score',
    userId: 'ada',
    key: null,
    requestHash: null,
    change: '{}',
    operations: '[]',
  }))
const sequences = (rows: JournalRow[] | undefined) => rows?.map(({ sequence }) => sequence)

test('answers what it has from a sequence on, and says when it has not', () => {
  const tail = new JournalTail()
  expect(tail.after(0, 10)).toBeUndefined()
  tail.add(rowsOf(5, 3))
  tail.add(rowsOf(8, 2))
  expect(tail.after(3, 10)).toBeUndefined()
  expect(sequences(tail.after(4, 3))).toEqual([5, 6, 7])
  expect(sequences(tail.after(7, 10))).toEqual([8, 9])
  expect(sequences(tail.after(9, 10))).toEqual([])
})

test('holds a bounded number, the newest', () => {
  const tail = new JournalTail()
  for (let from = 1; from <= 100_000; from += 100) tail.add(rowsOf(from, 100))
  expect(sequences(tail.after(99_998, 10))).toEqual([99_999, 100_000])
  expect(sequences(tail.after(98_000, 1))).toEqual([98_001])
  expect(tail.after(95_000, 1)).toBeUndefined()
})
