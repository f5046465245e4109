import { describe, expect, test } from 'vitest'
import { answering, batchingTogether, type Settled, settleEach, together } from './together.ts'

const doubled = (asked: number[][]) => async (numbers: number[]) => {
  asked.push(numbers)
  return settleEach(numbers, async (number) => {
    if (number < 0) throw new Error(`${number} is below zero`)
    return number * 2
  })
}

describe('together', () => {
  test('asks once for what is asked at the same moment, and answers each what is its own', async () => {
    const asked: number[][] = []
    const double = together({ most: 100 }, doubled(asked))
    const numbers = Array.from({ length: 30 }, (_, index) => index)
    expect(await Promise.all(numbers.map(double))).toEqual(numbers.map((number) => number * 2))
    expect(await double(50)).toBe(100)
    expect(asked).toEqual([numbers, [50]])
  })

  test('asks in groups of at most so many', async () => {
    const asked: number[][] = []
    const double = together({ most: 10 }, doubled(asked))
    await Promise.all(Array.from({ length: 25 }, (_, index) => double(index)))
    expect(asked.map(({ length }) => length)).toEqual([10, 10, 5])
  })

  test('gathers while a group is on its way, and asks no more often than it may', async () => {
    const asked: number[][] = []
    const slow = async (numbers: number[]) => {
      await new Promise((done) => setTimeout(done, 20))
      return doubled(asked)(numbers)
    }
    const double = together({ most: 10, groupsMax: 2 }, slow)
    const first = double(1)
    await new Promise((done) => setTimeout(done, 5))
    const second = [double(2), double(3)]
    expect(await Promise.all([first, ...second])).toEqual([2, 4, 6])
    expect(asked).toEqual([[1], [2, 3]])
    await expect(double(4)).rejects.toThrow('asked enough')
  })

  test('fails for the one that fails, and for all when nobody answers', async () => {
    const double = together({ most: 10 }, doubled([]))
    const settled = await Promise.allSettled([double(1), double(-1), double(2)])
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    await expect(double(-1)).rejects.toThrow('-1 is below zero')
    const silent = together<number, number>({ most: 10 }, () => Promise.reject(new Error('gone')))
    const none = await Promise.allSettled([silent(1), silent(2)])
    expect(none.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    const short = together<number, number>({ most: 10 }, async () => [{ ok: true, value: 1 }])
    const [first, second] = await Promise.allSettled([short(1), short(2)])
    expect([first.status, second.status]).toEqual(['fulfilled', 'rejected'])
  })
})

test('answering replaces the methods that are named, and not the others', async () => {
  class Service {
    private readonly greeting = 'hello'
    async greet(name: string) {
      return `${this.greeting} ${name}`
    }
    async part(name: string) {
      return `bye ${name}`
    }
  }
  const service = answering(new Service(), { part: async (name: string) => `see you, ${name}` })
  expect(await service.greet('Ada')).toBe('hello Ada')
  expect(await service.part('Ada')).toBe('see you, Ada')
})

describe('batchingTogether', () => {
  /** Statements are their own results; one that is negative fails its whole batch. */
  const databaseOf = (batches: number[][]) =>
    ({
      batch: async (statements: unknown[]) => {
        batches.push(statements as number[])
        if (statements.some((each) => (each as number) < 0)) throw new Error('refused')
        return statements
      },
    }) as unknown as D1Database
  const as = (numbers: number[]) => numbers as unknown as D1PreparedStatement[]

  test('makes one batch of those of the same moment, and gives each its results', async () => {
    const batches: number[][] = []
    const database = batchingTogether(databaseOf(batches), 10)
    const both = [database.batch(as([1, 2])), database.batch(as([3]))]
    expect(await Promise.all(both)).toEqual([[1, 2], [3]])
    expect(batches).toEqual([[1, 2, 3]])
  })

  test('tries each by itself where one fails', async () => {
    const batches: number[][] = []
    const database = batchingTogether(databaseOf(batches), 10)
    const settled = await Promise.allSettled([database.batch(as([1])), database.batch(as([-1]))])
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(batches).toEqual([[1, -1], [1], [-1]])
  })
})

test('settleEach keeps the order of the questions, however long each takes', async () => {
  const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds))
  const answers: Settled<number>[] = await settleEach([30, 1, 10], async (milliseconds) => {
    await wait(milliseconds)
    return milliseconds
  })
  expect(answers.map((answer) => answer.ok && answer.value)).toEqual([30, 1, 10])
})
