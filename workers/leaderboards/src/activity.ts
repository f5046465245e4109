/** How many submissions of a user counted within the last hour, by the minute: kept in their entry, where it costs no row. */

const minuteMilliseconds = 60_000
/** This minute and those before it: never more than an hour. */
const minutesMax = 60
const quote = 34

/** `minutes` as the entry keeps them: JSON, the counts by minute. */
export function lastHourOf(minutes: string | undefined, at: number): number {
  let sum = 0
  eachRecent(minutes, at, (_, count) => {
    sum += count
  })
  return sum
}

/** The same with one submission more, and without what is older than an hour. */
export function countedAt(minutes: string | undefined, at: number): string {
  const now = minuteOf(at)
  let text = ''
  let counted = 1
  eachRecent(minutes, at, (minute, count) => {
    if (minute === now) counted += count
    else text += `"${minute}":${count},`
  })
  return `{${text}"${now}":${counted}}`
}

const minuteOf = (at: number): number => Math.floor(at / minuteMilliseconds)

/**
 * The minutes of the last hour. Every submission comes through here twice, so the numbers are read from the text as it was written
 * above: an object whose names are numbers is slow to make.
 */
function eachRecent(
  minutes: string | undefined,
  at: number,
  take: (minute: number, count: number) => void,
): void {
  if (minutes === undefined) return
  const oldest = minuteOf(at) - minutesMax
  // `{"29800000":3,"29800001":1}`: a quote, a minute, a quote, a colon, a count.
  for (let from = 1; minutes.charCodeAt(from) === quote;) {
    const middle = minutes.indexOf('"', from + 1)
    const comma = minutes.indexOf(',', middle)
    const end = comma === -1 ? minutes.length - 1 : comma
    const minute = Number(minutes.slice(from + 1, middle))
    if (minute > oldest) take(minute, Number(minutes.slice(middle + 2, end)))
    from = end + 1
  }
}
