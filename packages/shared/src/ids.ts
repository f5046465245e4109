/** Identifiers: a prefix that names the noun, and 26 characters that sort by time (ULID in lower case). */
import { createHash } from 'node:crypto'
import { z } from '@hono/zod-openapi'
import { encodeTime, ulid } from 'ulid'
import { now } from './clock.ts'

export type IdPrefix =
  | 'ten'
  | 'prj'
  | 'mem'
  | 'key'
  | 'usr'
  | 'ses'
  | 'idn'
  | 'itm'
  | 'ord'
  | 'use'
  | 'gft'
  | 'rnd'
  | 'skl'
  | 'trf'
  | 'hld'
  | 'trd'
  | 'ent'
  | 'evt'
  | 'brd'
  | 'sea'
  | 'frl'
  | 'gbn'
  | 'rvw'
  | 'pls'

const crockford = '0123456789abcdefghjkmnpqrstvwxyz'

const randomBytes = new Uint8Array(256)
let randomUsed = randomBytes.length

/** A part of 1, as `ulid` wants it for each character; it would ask the runtime for each by itself. */
function random(): number {
  if (randomUsed === randomBytes.length) {
    crypto.getRandomValues(randomBytes)
    randomUsed = 0
  }
  return randomBytes[randomUsed++]! / 256
}

/** A fresh id, for example `usr_01k9x6…`. */
export const newId = (prefix: IdPrefix): string => `${prefix}_${ulid(now(), random).toLowerCase()}`

/**
 * The id that always belongs to `source`: the same source and time give the same id, so a step that is repeated
 * after a crash names the same thing. `milliseconds` keeps it sortable by time.
 */
export const derivedId = (prefix: IdPrefix, milliseconds: number, source: string): string =>
  `${prefix}_${encodeTime(milliseconds, 10).toLowerCase()}${tailOf(source, 16)}`

/** The same for things that `source` counts up to 32^8: makes ids of a count without a digest for each. */
export function numberedIds(prefix: IdPrefix, source: string) {
  const tail = tailOf(source, 8)
  return (milliseconds: number, number: number): string =>
    `${prefix}_${encodeTime(milliseconds, 10).toLowerCase()}${tail}${encodeTime(number, 8).toLowerCase()}`
}

function tailOf(source: string, length: number): string {
  const digest = createHash('sha256').update(source).digest()
  return Array.from(digest.subarray(0, length), (byte) => crockford[byte & 31]).join('')
}

/** Below every id of this time or a later one, and above those before: ids sort by time. `milliseconds` since the epoch. */
export const idBound = (prefix: IdPrefix, milliseconds: number): string =>
  `${prefix}_${encodeTime(milliseconds, 10).toLowerCase()}`

/** The time in an id, as it stands there: sorts as times do. */
export const timeIn = (id: string): string => id.slice(4, 14)

export const idPattern = (prefix: IdPrefix): RegExp =>
  new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`)

/** The zod schema of an id with this prefix. */
export const IdOf = (prefix: IdPrefix) =>
  z
    .string()
    .regex(idPattern(prefix), `Expected an id of the form ${prefix}_ and 26 characters.`)
    .openapi({ example: `${prefix}_01k9x6c3v5t8r2m4n7p0q1s2w3` })
