/** The `Idempotency-Key` of a request. */
import { Problem } from './problem.ts'

/** The key without its optional quotes; empty when the header is absent. */
export function idempotencyKeyOf(header: string | undefined): string {
  if (header === undefined) return ''
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key
  const error = { pointer: '/header/idempotency-key', message: '1 to 255 visible characters.' }
  throw new Problem('invalid_request', { errors: [error] })
}
