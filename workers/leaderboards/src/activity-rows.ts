/** How many submissions of a user counted within the last hour, by the minute. */

type Minutes = Record<string, number>
const minuteMilliseconds = 60_000
/** This minute and those before it: never more than an hour. */
const minutesMax = 60

export class ActivityRows {
  private readonly sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.sql = sql
  }

  lastHour(userId: string, at: number): number {
    return sumOf(this.recent(userId, at))
  }

  add(userId: string, at: number): void {
    const minutes = this.recent(userId, at)
    const minute = Math.floor(at / minuteMilliseconds)
    minutes[minute] = (minutes[minute] ?? 0) + 1
    this.sql.exec(
      `INSERT INTO activity VALUES (?1, ?2) ON CONFLICT (userId) DO UPDATE SET minutes = ?2`,
      userId,
      JSON.stringify(minutes),
    )
  }

  private recent(userId: string, at: number): Minutes {
    const query = `SELECT minutes FROM activity WHERE userId = ?`
    const [row] = this.sql.exec<{ minutes: string }>(query, userId).toArray()
    const oldest = Math.floor(at / minuteMilliseconds) - minutesMax
    const all = Object.entries(row ? (JSON.parse(row.minutes) as Minutes) : {})
    return Object.fromEntries(all.filter(([minute]) => Number(minute) > oldest))
  }
}

const sumOf = (minutes: Minutes): number =>
  Object.values(minutes).reduce((sum, count) => sum + count, 0)
