/** Calendar periods in UTC: the month that a quota is for, and the day that usage is listed by. */
import { isoTime } from '@coinop/shared/clock'

/** `2026-11` */
export const monthOf = (milliseconds: number): string => isoTime(milliseconds).slice(0, 7)

/** `2026-11-22` */
export const dayOf = (milliseconds: number): string => isoTime(milliseconds).slice(0, 10)

/** When the month of this moment began, and when the next one does. */
export function monthBounds(milliseconds: number): { startsAt: number; endsAt: number } {
  const date = new Date(milliseconds)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  return { startsAt: Date.UTC(year, month), endsAt: Date.UTC(year, month + 1) }
}
