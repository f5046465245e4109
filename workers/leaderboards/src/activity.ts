/** How many submissions of a user counted within the last hour, by the minute: kept in their entry, where it costs no row. */

type Minutes = Record<string, number>
const minuteMilliseconds = 60_000
/** This minute and those before it: never more than an hour. */
const minutesMax = 60

/** `minutes` as the entry keeps them. */
export const lastHourOf = (minutes: string | undefined, at: number): number =>
  Object.values(recent(minutes, at)).reduce((sum, count) => sum + count, 0)

/** The same with one submission more, and without what is older than an hour. */
export function countedAt(minutes: string | undefined, at: number): string {
  const counts = recent(minutes, at)
  const minute = minuteOf(at)
  counts[minute] = (counts[minute] ?? 0) + 1
  return JSON.stringify(counts)
}

const minuteOf = (at: number): number => Math.floor(at / minuteMilliseconds)

function recent(minutes: string | undefined, at: number): Minutes {
  if (minutes === undefined) return {}
  const oldest = minuteOf(at) - minutesMax
  const counts = JSON.parse(minutes) as Minutes
  // Every submission comes through here, and hardly any has a minute to forget.
  for (const minute of Object.keys(counts)) if (Number(minute) <= oldest) delete counts[minute]
  return counts
}
