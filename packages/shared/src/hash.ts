/** Digests. `node:crypto` because it is synchronous, and so usable inside a transaction. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** SHA-256 in lower-case hex. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** HMAC-SHA-256 in lower-case hex. */
export const hmacSha256 = (key: string, text: string): string =>
  createHmac('sha256', key).update(text).digest('hex')

/** Whether two texts are equal, in a time that depends on their lengths only. */
export function equalInConstantTime(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** The fingerprint of a validated request: zod rebuilds objects in the order of the schema, so equal requests hash equally. */
export const requestHash = (operation: string, input: unknown): string =>
  sha256(`${operation}\n${JSON.stringify(input)}`)
