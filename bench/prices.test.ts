/** The arithmetic of docs/costs.md. */
import { expect, test } from 'vitest'
import { type Counters, dollarsPerMillionOperations } from './prices.ts'

const nothing: Counters = {
  requests: 0,
  objectRequests: 0,
  rowsRead: 0,
  rowsWritten: 0,
  queueOperations: 0,
}

test.each([
  ['requests', 0.3],
  ['objectRequests', 0.15],
  ['rowsRead', 0.001],
  ['rowsWritten', 1],
  ['queueOperations', 0.4],
] as const)('a million operations with one of %s each cost %d dollars', (name, dollars) => {
  expect(dollarsPerMillionOperations({ ...nothing, [name]: 1 }, 1)).toBeCloseTo(dollars, 9)
})

test('counters add up, and are shared by the operations that made them', () => {
  const counters = { requests: 200, objectRequests: 600, rowsRead: 4_000, rowsWritten: 2_000 }
  const dollars = dollarsPerMillionOperations({ ...nothing, ...counters }, 200)
  expect(dollars).toBeCloseTo(0.3 + 0.45 + 0.02 + 10, 9)
})

test('no operations have no price', () => {
  expect(() => dollarsPerMillionOperations(nothing, 0)).toThrow('at least one operation')
})
