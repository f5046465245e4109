import { now } from '@coinop/shared/clock'
import { describe, expect, test } from 'vitest'
import { EventLog } from './event-log.ts'
import { fingerprintOf } from './logged-ids.ts'
import { CountingStorage, eventOf, eventsOf, inStorage } from './test-log.ts'

const time = now()
const hour = 3_600_000
const limits = { pageSize: 64, rememberedMax: 200 }
const small = (storage: CountingStorage) => new EventLog(storage, () => time, limits)

/** A log, and how to make it forget what it remembers. */
function logIn(storage: DurableObjectStorage) {
  const counting = new CountingStorage(storage)
  const log = small(counting)
  return { counting, log, evicted: () => small(counting) }
}

const sequencesIn = (log: EventLog) =>
  log.read({ after: 0, limit: 100_000 }).events.map(({ sequence }) => sequence)
const upTo = (head: number) => Array.from({ length: head }, (_, index) => index + 1)

describe('rows of an append', () => {
  test('one is written for each event, and none is read, while the log is in memory', () =>
    inStorage((storage) => {
      const { counting, log } = logIn(storage)
      // The first of a day writes the row of the day.
      log.append([eventOf(0, time)])
      for (const [index, count] of [1, 2, 16, 17, 20].entries()) {
        counting.counted()
        log.append(eventsOf((index + 1) * 100, count, time + index + 1))
        // An insert counts its own row as read.
        expect(counting.counted()).toEqual({ read: count, written: count })
      }
    }))

  test('one is written for each event when the log was not in memory, and a handful is read', () =>
    inStorage((storage) => {
      const { counting, log, evicted } = logIn(storage)
      log.append(eventsOf(0, 50, time))
      for (const count of [1, 10]) {
        const cold = evicted()
        counting.counted()
        cold.append(eventsOf(count * 100, count, time + count))
        const { read, written } = counting.counted()
        expect(written).toBe(count)
        expect(read - count).toBeLessThan(6)
      }
    }))

  test('a page is one more for all of its events', () =>
    inStorage((storage) => {
      const { counting, log } = logIn(storage)
      log.append([eventOf(0, time)])
      counting.counted()
      for (let index = 1; index < 64; index++) log.append([eventOf(index, time + index)])
      expect(counting.counted().written).toBe(63 + 1)
      log.append(eventsOf(100, 200, time + 100))
      expect(counting.counted().written).toBe(200 + 3)
      const pages = [...storage.sql.exec(`SELECT last FROM pages`).raw()].flat()
      expect(pages).toEqual([64, 128, 192, 256])
    }))

  test('pages are the same whether their rows were in memory or had to be read', () =>
    inStorage((storage) => {
      const { log, evicted } = logIn(storage)
      const pages = () => storage.sql.exec(`SELECT * FROM pages ORDER BY last`).toArray()
      const events = eventsOf(0, 500, time)
      const sizes = [1, 10, 63, 200, 100, 64, 62]
      let from = 0
      const parts = sizes.map((size) => events.slice(from, (from += size)))
      for (const part of parts) log.append(part)
      const seen = pages()
      expect(seen.map(({ last }) => last)).toEqual([64, 128, 192, 256, 320, 384, 448])
      for (const table of ['events', 'pages', 'days']) storage.sql.exec(`DELETE FROM ${table}`)
      for (const part of parts) evicted().append(part)
      expect(pages()).toEqual(seen)
    }))

  test('many that go as text are what they were, also of more than one text', () =>
    inStorage((storage) => {
      const { log } = logIn(storage)
      log.append([eventOf(0, time)])
      const strings = [
        '"',
        '\\',
        '\u0000',
        '\n',
        'ä',
        '🏆',
        "'",
        'x'.repeat(9_000),
        '"\\'.repeat(9_000),
      ]
      const numbers = [0, -1, 0.1, 1e21, 5e-324, Number.MAX_SAFE_INTEGER]
      const events = eventsOf(1, 999, time).map((event, index) => ({
        ...event,
        subject: `thing ${strings[index % 7]}`,
        data: {
          text: strings[index % strings.length]!,
          number: numbers[index % numbers.length]!,
          nothing: null,
          is: index % 2 > 0,
        },
      }))
      expect(log.append(events)).toEqual({ head: 1_000, appended: 999, duplicates: 0 })
      const read = log.read({ after: 1, limit: 1_000 }).events
      expect(read).toEqual(events.map((event, index) => ({ ...event, sequence: index + 2 })))
    }))

  test('one that comes again is looked for in the rows since its time, and in pages', () =>
    inStorage((storage) => {
      const { counting, log, evicted } = logIn(storage)
      for (let index = 0; index < 6_450; index += 50) log.append(eventsOf(index, 50, time + index))
      const again = (event: ReturnType<typeof eventOf>) => {
        const cold = evicted()
        counting.counted()
        expect(cold.append([event])).toEqual({ head: 6_450, appended: 0, duplicates: 1 })
        return counting.counted()
      }
      // The newest, all of whose append share its time.
      expect(again(eventOf(6_449, time + 6_400)).read).toBeLessThan(2 * 50 + 10)
      // 100 pages back: the rows since the last page, the pages, and itself.
      const { read, written } = again(eventOf(0, time))
      expect(written).toBe(0)
      expect(read).toBeLessThan(2 * 64 + 2 * 101 + 10)
    }))
})

describe('an event that comes again', () => {
  test('is dropped in the same call, in the next, and by an object that knows nothing yet', () =>
    inStorage((storage) => {
      const { log, evicted } = logIn(storage)
      const events = eventsOf(0, 40, time)
      expect(log.append([...events, ...events])).toEqual({
        head: 40,
        appended: 40,
        duplicates: 40,
      })
      expect(log.append(events)).toEqual({ head: 40, appended: 0, duplicates: 40 })
      const more = [eventOf(7, time), eventOf(50, time), eventOf(39, time)]
      expect(evicted().append(more)).toEqual({ head: 41, appended: 1, duplicates: 2 })
      expect(sequencesIn(evicted())).toEqual(upTo(41))
    }))

  test('is dropped however many came after it', () =>
    inStorage((storage) => {
      const { log, evicted } = logIn(storage)
      const batches = upTo(30).map((index) => eventsOf(index * 100, 50, time + index))
      for (const batch of batches) log.append(batch)
      for (const batch of batches) {
        expect(log.append(batch)).toMatchObject({ head: 1_500, appended: 0 })
        expect(evicted().append(batch.toReversed())).toMatchObject({ head: 1_500, appended: 0 })
      }
      expect(evicted().append(batches.flat())).toMatchObject({ head: 1_500, appended: 0 })
    }))

  test.each([
    ['of long ago', time - 400 * 24 * hour],
    ['of the beginning of time', 0],
    ['of a moment ahead of the clock', time + 1_000],
    ['of far ahead of the clock', time + 1_000 * 24 * hour],
  ])('is dropped when its id is %s, before and after others', (_, at) =>
    inStorage((storage) => {
      const { log, evicted } = logIn(storage)
      const odd = () => eventsOf(0, 3, at)
      log.append(eventsOf(100, 100, time))
      expect(log.append(odd())).toMatchObject({ head: 103, appended: 3 })
      expect(log.append(odd())).toMatchObject({ head: 103, appended: 0 })
      expect(evicted().append(odd())).toMatchObject({ head: 103, appended: 0 })
      for (let index = 0; index < 10; index++) {
        log.append(eventsOf(1_000 + index * 100, 50, time + index))
      }
      expect(log.append(odd())).toMatchObject({ head: 603, appended: 0 })
      expect(evicted().append(odd())).toMatchObject({ head: 603, appended: 0 })
    }),
  )

  test('is dropped when by now the clock has got to the time of its id', () =>
    inStorage((storage) => {
      const counting = new CountingStorage(storage)
      const ahead = eventOf(1, time + hour)
      expect(small(counting).append([ahead])).toMatchObject({ appended: 1 })
      const later = new EventLog(counting, () => time + 2 * hour, limits)
      expect(later.append(eventsOf(10, 300, time + hour + 1))).toMatchObject({ appended: 300 })
      expect(later.append([ahead])).toMatchObject({ head: 301, appended: 0 })
    }))

  test('of far ahead of the clock makes no event after it dearer but by what looks for it', () =>
    inStorage((storage) => {
      const { counting, log } = logIn(storage)
      log.append([eventOf(1, time + 1_000 * 24 * hour)])
      for (let index = 0; index < 1_000; index += 50) {
        log.append(eventsOf(100 + index, 50, time + index))
      }
      counting.counted()
      log.append([eventOf(5_000, time + 5_000)])
      const { read, written } = counting.counted()
      expect(written).toBe(1)
      expect(read).toBeLessThan(4)
    }))

  test('is not taken for another whose fingerprint is the same', () =>
    inStorage((storage) => {
      const { log, evicted } = logIn(storage)
      const [one, other] = sameFingerprint()
      log.append([one])
      for (let index = 0; index < 5; index++) log.append(eventsOf(1e6 + index * 100, 50, time + 1))
      expect(evicted().append([other])).toMatchObject({ head: 252, appended: 1 })
      expect(evicted().append([one, other])).toMatchObject({ head: 252, appended: 0 })
    }))
})

/** Among 32 bits there are two within some 100,000. */
function sameFingerprint() {
  const seen = new Map<number, ReturnType<typeof eventOf>>()
  for (let number = 0; ; number++) {
    const event = eventOf(number, time)
    const found = seen.get(fingerprintOf(event.id))
    if (found) return [found, event] as const
    seen.set(fingerprintOf(event.id), event)
  }
}

test('an append that fails leaves nothing behind, in the log or in memory', () =>
  inStorage((storage) => {
    const { counting, log, evicted } = logIn(storage)
    log.append(eventsOf(0, 60, time))
    const events = [eventOf(3, time), ...eventsOf(100, 40, time + 1), eventOf(1, time + 10 * hour)]
    for (let statements = 0; statements < 5; statements++) {
      counting.failAfter(statements)
      expect(() => log.append(events), `after ${statements}`).toThrow('the disk is gone')
      counting.failAfter(Infinity)
      expect(sequencesIn(evicted())).toEqual(upTo(60))
    }
    expect(log.append(events)).toEqual({ head: 101, appended: 41, duplicates: 1 })
    expect(evicted().append(events)).toEqual({ head: 101, appended: 0, duplicates: 42 })
    expect(sequencesIn(evicted())).toEqual(upTo(101))
  }))
