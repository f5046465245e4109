import { describe, expect, test } from 'vitest'
import { complaintOf, isTimeZone, periodOf } from './schedule.ts'

const at = (iso: string) => Date.parse(iso)
const period = (cron: string, timeZone: string, instant: string) => {
  const { startsAt, endsAt } = periodOf({ cron, timeZone }, at(instant))
  return [new Date(startsAt).toISOString(), new Date(endsAt).toISOString()]
}

describe('the season of an instant', () => {
  test('a day is 23 hours long when clocks go forward, 25 when they go back, and begins at midnight all the same', () => {
    const berlin = (instant: string) => period('0 0 * * *', 'Europe/Berlin', instant)
    expect(berlin('2026-03-29T12:00:00Z')).toEqual([
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
    ])
    expect(berlin('2026-10-25T12:00:00Z')).toEqual([
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
    ])
  })

  test('an hour that is there twice, or not at all, begins one season', () => {
    const berlin = (instant: string) => period('30 2 * * *', 'Europe/Berlin', instant)
    expect(berlin('2026-03-29T00:59:59Z')[1]).toBe(berlin('2026-03-29T01:00:00Z')[0])
    expect(berlin('2026-10-25T00:59:59Z')).toEqual(berlin('2026-10-25T01:45:00Z'))
  })

  test('the instant of a change belongs to the season that begins, the millisecond before it to the one that ends', () => {
    const boundary = '2026-11-22T23:00:00.000Z'
    const weekly = (instant: string) => period('0 0 * * 1', 'Europe/Berlin', instant)
    expect(weekly(boundary)[0]).toBe(boundary)
    expect(weekly('2026-11-22T22:59:59.999Z')[1]).toBe(boundary)
  })

  test('through two years of hours in zones with odd offsets, seasons follow each other without gap or overlap', () => {
    for (const timeZone of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC']) {
      for (const cron of ['0 0 * * *', '30 2 * * 0', '0 */6 * * *']) {
        let before = periodOf({ cron, timeZone }, at('2026-01-01T00:00:00Z'))
        while (before.endsAt < at('2027-12-31T00:00:00Z')) {
          const next = periodOf({ cron, timeZone }, before.endsAt)
          expect(next.startsAt).toBe(before.endsAt)
          const middle = Math.floor((next.startsAt + next.endsAt) / 2)
          expect(periodOf({ cron, timeZone }, middle)).toEqual(next)
          before = next
        }
      }
    }
  }, 60_000)
})

describe('a schedule', () => {
  test.each([
    ['0 0 * * *', undefined],
    ['0 * * * *', undefined],
    ['0 0 29 2 *', undefined],
    ['* * * * *', 'A season lasts at least 60 minutes.'],
    ['0,30 12 1 * *', 'A season lasts at least 60 minutes.'],
    ['0 0 30 2 *', 'No season would ever begin and end by this pattern.'],
    ['0 0 * *', 'Expected five fields: minute, hour, day, month, weekday.'],
    ['61 0 * * *', 'No season would ever begin and end by this pattern.'],
  ])('%s: %s', (cron, complaint) => {
    const schedule = { cron, timeZone: 'Europe/Berlin' }
    expect(complaintOf(schedule, at('2026-11-24T00:00:00Z'))).toBe(complaint)
  })

  test('knows the zones of the IANA database and no others', () => {
    expect(isTimeZone('America/Argentina/Buenos_Aires')).toBe(true)
    expect(isTimeZone('Mars/Olympus')).toBe(false)
  })
})
