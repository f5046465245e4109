/** What no schema can say of a definition: its fields together, and which of them scores have locked. */
import type { FieldError } from '@coinop/shared/problem'
import type { BoardRow, LeaderboardPatch } from './model.ts'
import { complaintOf, isTimeZone } from './schedule.ts'

export type Definition = Pick<
  BoardRow,
  | 'slug'
  | 'name'
  | 'keys'
  | 'tiePolicy'
  | 'operator'
  | 'scoreMin'
  | 'scoreMax'
  | 'attemptsMax'
  | 'authoritative'
  | 'public'
  | 'cron'
  | 'timeZone'
  | 'seasonsKeptDays'
  | 'rewards'
  | 'gameId'
>

/** The columns that a patch sets. */
export function columnsOf({ schedule, ...fields }: LeaderboardPatch): Partial<Definition> {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return {
    ...Object.fromEntries(given),
    ...(schedule !== undefined && {
      cron: schedule?.cron ?? null,
      timeZone: schedule?.timeZone ?? null,
    }),
  }
}

/** Where a definition contradicts itself, as of `at` (milliseconds since the epoch). */
export function faultsOf(definition: Definition, at: number): FieldError[] {
  const { keys, scoreMin, scoreMax } = definition
  const faults: FieldError[] = []
  if (new Set(keys.map(({ name }) => name)).size < keys.length) {
    faults.push({ pointer: '/body/keys', message: 'Two keys have the same name.' })
  }
  if (scoreMin !== null && scoreMax !== null && scoreMin > scoreMax) {
    faults.push({ pointer: '/body/scoreMax', message: 'Below scoreMin.' })
  }
  return [...faults, ...scheduleFaultsOf(definition, at)]
}

function scheduleFaultsOf({ cron, timeZone }: Definition, at: number): FieldError[] {
  if (cron === null || timeZone === null) return []
  if (!isTimeZone(timeZone)) {
    const message = 'Expected a time zone of the IANA database, such as Europe/Berlin.'
    return [{ pointer: '/body/schedule/timeZone', message }]
  }
  const message = complaintOf({ cron, timeZone }, at)
  return message === undefined ? [] : [{ pointer: '/body/schedule/cron', message }]
}

/** The fields of a patch that would change the order of scores. */
export function orderChanges(
  row: Pick<BoardRow, 'keys' | 'tiePolicy'>,
  patch: LeaderboardPatch,
): FieldError[] {
  const message = 'Locked since the first score.'
  const keys = patch.keys !== undefined && JSON.stringify(patch.keys) !== JSON.stringify(row.keys)
  const ties = patch.tiePolicy !== undefined && patch.tiePolicy !== row.tiePolicy
  return [
    ...(keys ? [{ pointer: '/body/keys', message }] : []),
    ...(ties ? [{ pointer: '/body/tiePolicy', message }] : []),
  ]
}
