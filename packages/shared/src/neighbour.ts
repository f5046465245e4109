/** Asking another Worker. One that does not answer is a passing condition, not a bug of ours. */
import { logError } from './log.ts'
import { Problem } from './problem.ts'

const retryAfterSeconds = 1

/** What `call` answers; when it fails the client hears `unavailable`, and a retry with the same key finishes the work. */
export async function ask<T>(neighbour: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    logError(neighbour, 'call', error)
    throw new Problem('unavailable', { headers: { 'retry-after': String(retryAfterSeconds) } })
  }
}
