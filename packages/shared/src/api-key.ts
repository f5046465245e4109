/**
 * API keys: `coinop_<live|test>_<lookup 10>_<secret 43><checksum 6>`, all in base62. The checksum tells a mistyped key
 * without a database; the lookup finds the row; only an HMAC of the whole key is stored.
 */
import { createHash } from 'node:crypto'
import { customAlphabet } from 'nanoid'
import { hmacSha256 } from './hash.ts'

export type KeyEnvironment = 'live' | 'test'
export type ParsedApiKey = { environment: KeyEnvironment; lookup: string }

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const newLookup = customAlphabet(base62, 10)
// 43 characters of base62 carry 256 bits.
const newSecret = customAlphabet(base62, 43)
const checksumLength = 6
const pattern = /^(coinop_(live|test)_([0-9A-Za-z]{10})_[0-9A-Za-z]{43})([0-9A-Za-z]{6})$/

/** A new key. Show `key` once; store `lookup` and `hashApiKey(pepper, key)`. */
export function mintApiKey(environment: KeyEnvironment): { key: string; lookup: string } {
  const lookup = newLookup()
  const unsigned = `coinop_${environment}_${lookup}_${newSecret()}`
  return { key: `${unsigned}${checksum(unsigned)}`, lookup }
}

/** What a key says of itself, or undefined when it is not one or its checksum is wrong. Reads nothing. */
export function parseApiKey(text: string): ParsedApiKey | undefined {
  const [, unsigned, environment, lookup, sum] = pattern.exec(text) ?? []
  if (!unsigned || !lookup || sum !== checksum(unsigned)) return undefined
  return { environment: environment === 'live' ? 'live' : 'test', lookup }
}

/** What is stored of a key: HMAC-SHA-256 in hex under a secret that is not in the database. */
export const hashApiKey = (pepper: string, key: string): string => hmacSha256(pepper, key)

function checksum(text: string): string {
  let rest = createHash('sha256').update(text).digest().readUIntBE(0, 6)
  let sum = ''
  while (sum.length < checksumLength) {
    sum += base62[rest % 62]
    rest = Math.floor(rest / 62)
  }
  return sum
}
