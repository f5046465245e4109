/** When seasons begin and end: a CRON pattern read in a time zone, so that midnight stays midnight when clocks change. */
import { Cron } from 'croner'

export type Schedule = { cron: string; timeZone: string }

const fieldsOfPattern = 5
/** Shorter ones would be more seasons than scores. */
export const seasonMinutesMin = 60
/** How far ahead a pattern is looked at for seasons that are too short. */
const lookedAtMax = 60

/** Minute, hour, day, month, weekday; with a sixth field CRON would count seconds. */
const parse = ({ cron, timeZone }: Schedule) =>
  new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true })

export const isTimeZone = (timeZone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** What is wrong with a pattern, read from `from` (milliseconds since the epoch) on; undefined when nothing is. */
export function complaintOf(schedule: Schedule, from: number): string | undefined {
  if (schedule.cron.trim().split(/\s+/).length !== fieldsOfPattern) {
    return 'Expected five fields: minute, hour, day, month, weekday.'
  }
  const starts = startsAfter(schedule, from)
  if (starts.length < 2) return 'No season would ever begin and end by this pattern.'
  const isShort = starts.some((start, index) => {
    const next = starts[index + 1]
    return next !== undefined && next - start < seasonMinutesMin * 60_000
  })
  return isShort ? `A season lasts at least ${seasonMinutesMin} minutes.` : undefined
}

function startsAfter(schedule: Schedule, from: number): number[] {
  try {
    return parse(schedule)
      .nextRuns(lookedAtMax, new Date(from))
      .map((date) => date.getTime())
  } catch {
    return []
  }
}

/** The season of the instant `at` (milliseconds since the epoch) as the schedule alone has it: begins at or before it, ends behind it. */
export function periodOf(schedule: Schedule, at: number): { startsAt: number; endsAt: number } {
  const pattern = parse(schedule)
  // A millisecond later, so that a season that begins now has begun.
  const [start] = pattern.previousRuns(1, new Date(at + 1))
  const end = pattern.nextRun(new Date(at))
  if (!end) throw new Error('The schedule of a board has no next season.')
  return { startsAt: start?.getTime() ?? 0, endsAt: end.getTime() }
}
