import fc from 'fast-check'
import type { EventEnvelope } from '@coinop/shared/events'
import { expect, test } from 'vitest'
import { EventLog } from './event-log.ts'
import { openTables } from './object-schema.ts'
import { asTheFirstVersionLeftIt, CountingStorage, eventOf, inStorage } from './test-log.ts'

const start = 1_790_000_000_000
/** Smaller than what comes, so that all is forgotten and found again. */
const limits = { pageSize: 3, rememberedMax: 5 }
const minute = 60_000
/** Few, so that they come again; their ids are of times from before the clock to far ahead of it. */
const minutes = [-1_000, -3, -2, -1, 0, 0, 0, 1, 2, 3, 4, 8, 100]
const some = fc.integer({ min: 0, max: 59 })
const eventBy = (number: number): EventEnvelope =>
  eventOf(number, start + minutes[number % minutes.length]! * minute)

type Step =
  | { do: 'append'; numbers: number[]; failAfter: number }
  | { do: 'evict' }
  | { do: 'wait'; minutes: number }

const append = fc.record({
  do: fc.constant('append' as const),
  numbers: fc.array(some, { maxLength: 20 }),
  failAfter: fc.oneof(
    { arbitrary: fc.constant(Infinity), weight: 4 },
    { arbitrary: fc.integer({ min: 0, max: 8 }), weight: 1 },
  ),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: append, weight: 6 },
  { arbitrary: fc.record({ do: fc.constant('evict' as const) }), weight: 2 },
  {
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      minutes: fc.integer({ min: 0, max: 5 }),
    }),
    weight: 1,
  },
)
const run = fc.record({
  old: fc.uniqueArray(some, { maxLength: 10 }),
  steps: fc.array(step, { maxLength: 30 }),
})
const runs = 500
/** Ends a run: what it wrote is taken back. */
const emptyAgain = new Error('the next run')

test(
  'whatever is appended, repeated, evicted and undone, the log is what a plain list would be',
  () =>
    inStorage((storage) => {
      let done = 0
      const property = fc.property(run, ({ old, steps }) => {
        done += 1
        try {
          storage.transactionSync(() => {
            follow(storage, old, steps)
            throw emptyAgain
          })
        } catch (error) {
          if (error !== emptyAgain) throw error
        }
      })
      fc.assert(property, { numRuns: runs })
      expect(done).toBe(runs)
    }),
  120_000,
)

function follow(storage: DurableObjectStorage, old: number[], steps: Step[]): void {
  asTheFirstVersionLeftIt(storage.sql, old.map(eventBy))
  openTables(storage)
  let time = start
  const counting = new CountingStorage(storage)
  const open = () => new EventLog(counting, () => time, limits)
  let log = open()
  const model = [...old]
  for (const each of steps) {
    if (each.do === 'wait') time += each.minutes * minute
    else if (each.do === 'evict') log = open()
    else appendToBoth(log, model, counting, each)
  }
  compare(log, model)
  compare(open(), model)
}

function appendToBoth(
  log: EventLog,
  model: number[],
  counting: CountingStorage,
  { numbers, failAfter }: Extract<Step, { do: 'append' }>,
): void {
  const fresh = [...new Set(numbers)].filter((number) => !model.includes(number))
  counting.failAfter(failAfter)
  try {
    const answer = log.append(numbers.map(eventBy))
    model.push(...fresh)
    const duplicates = numbers.length - fresh.length
    expect(answer).toEqual({ head: model.length, appended: fresh.length, duplicates })
  } catch (error) {
    if (!(error instanceof Error) || error.message !== 'the disk is gone') throw error
  } finally {
    counting.failAfter(Infinity)
  }
}

function compare(log: EventLog, model: number[]): void {
  const expected = model.map((number, index) => ({ sequence: index + 1, ...eventBy(number) }))
  expect(log.read({ after: 0, limit: 100 })).toEqual({ events: expected, head: model.length })
  const some = log.read({ after: 4, limit: 7, type: 'test.thing.made' })
  const made = expected.filter(({ type, sequence }) => type === 'test.thing.made' && sequence > 4)
  expect(some.events).toEqual(made.slice(0, 7))
  const { events, next } = log.follow({ after: 3, limit: 9, types: ['test.thing.lost'] })
  expect(next).toBe(Math.max(3, Math.min(12, model.length)))
  const range = expected.filter(({ sequence }) => sequence > 3 && sequence <= next)
  expect(events).toEqual(range.filter(({ type }) => type === 'test.thing.lost'))
}
