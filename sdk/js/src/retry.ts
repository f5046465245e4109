/** Bounded retries of what may be repeated: a read, or a write that carries an Idempotency-Key. */
import { retryAfterSeconds } from './error.ts'

export type Retries = {
  /** How often a request is sent again after it failed; 0 turns retries off. */
  retriesMax: number
  /** Longest wait before one retry. An answer that asks for more is not waited for. */
  waitMillisecondsMax: number
}

const waitMillisecondsFirst = 200
/** The system is busy, or a part of it is away: both pass. */
const passing = new Set([429, 503])

/** Sends until there is an answer worth giving, or no retry is left. A network error is thrown as it came. */
export async function sendWithRetries(
  send: () => Promise<Response>,
  { retriesMax, waitMillisecondsMax }: Retries,
  signal: AbortSignal,
): Promise<Response> {
  for (let retry = 0; ; retry++) {
    const last = retry >= retriesMax
    const outcome = await attempt(send)
    if (!('response' in outcome)) {
      if (last || signal.aborted) throw outcome.error
      await wait(backOff(retry, waitMillisecondsMax), signal)
      continue
    }
    const { response } = outcome
    const asked = (retryAfterSeconds(response.headers) ?? 0) * 1000
    if (last || !passing.has(response.status) || asked > waitMillisecondsMax) return response
    await response.body?.cancel()
    await wait(Math.max(asked, backOff(retry, waitMillisecondsMax)), signal)
  }
}

async function attempt(send: () => Promise<Response>) {
  try {
    return { response: await send() }
  } catch (error) {
    return { error }
  }
}

/** Doubles from 0.2 s, between half and the whole of it, so that many clients do not return together. */
function backOff(retry: number, waitMillisecondsMax: number): number {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1))
  const whole = Math.min(waitMillisecondsMax, waitMillisecondsFirst * 2 ** retry)
  return whole * (0.5 + random / 2 ** 33)
}

/** Throws the signal's reason as soon as it is aborted. */
function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error)
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal.addEventListener('abort', stop, { once: true })
  })
}
