import { evictDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { writesMax } from './board-commands.ts'
import { boardOf } from './test-boards.ts'

/** What JSON and SQL might not bring back as it was. */
const numbers = [
  0,
  -0,
  1,
  -1,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  2 ** 53,
  1e21,
  0.1,
  -0.30000000000000004,
  61.53,
  123_456_789.123_456_79,
  5e-324,
  Number.MAX_VALUE,
]
const texts = [
  'null',
  '12',
  'true',
  '"',
  '\\',
  '\\u0000',
  '\n\t\u0001',
  'ä',
  '🏆',
  '\ud800',
  "'; --",
]

test('what is written together is in the tables as it was given', async () => {
  const board = boardOf({ keys: [{ sort: 'asc' }, { sort: 'desc' }, { sort: 'asc' }] })
  const given = numbers.map((number, index) => ({
    userId: `user ${index} ${texts[index % texts.length]!.toWellFormed()}`,
    keys: [number, number, -number],
    ...(index % 3 > 0 && { metadata: JSON.stringify({ text: texts[index % texts.length] }) }),
    ...(index % 2 > 0 && { idempotencyKey: `key ${index}` }),
  }))
  await board.submit(given)
  // Once more, so that rows that are there are written as well.
  await board.submit(
    given.map((write) => ({ ...write, keys: [...write.keys], operator: 'latest' })),
  )
  const before = await board.stub.changes(0, 100)
  await evictDurableObject(board.stub)
  for (const { userId, keys, metadata = null } of given) {
    const found = await board.rank(userId)
    expect(found).toMatchObject({ userId, metadata, keys: keys.map((key) => key + 0) })
  }
  expect(await board.stub.changes(0, 100)).toEqual(before)
  expect(before.changes.length).toBeGreaterThanOrEqual(numbers.length)
  const order = [...numbers.keys()].toSorted(
    (one, other) => numbers[one]! - numbers[other]! || one - other,
  )
  const { standings } = await board.top({ limit: 100 })
  expect(standings.map(({ userId }) => userId)).toEqual(order.map((at) => given[at]!.userId))
})

test('as many as fit, with metadata of nothing but escapes', async () => {
  const board = boardOf()
  const metadata = JSON.stringify({ x: '"\\'.repeat(509) })
  expect(metadata.length).toBeLessThanOrEqual(2_048)
  const writes = Array.from({ length: writesMax }, (_, index) => ({
    userId: `user ${index}`,
    keys: [index],
    metadata,
  }))
  const answers = await Promise.all([board.submit(writes), board.submit(writes)])
  expect(answers.flat().filter(({ ok }) => !ok)).toEqual([])
  await evictDurableObject(board.stub)
  const { standings } = await board.top({ limit: writesMax })
  expect(standings.filter((each) => each.metadata === metadata)).toHaveLength(writesMax)
})
