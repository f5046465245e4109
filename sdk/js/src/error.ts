/** A refusal as an error: what `application/problem+json` says, as fields. */

export type FieldError = { pointer: string; message: string }
type Problem = {
  title?: string
  code?: string
  detail?: string
  fix?: string
  requestId?: string
  errors?: FieldError[]
}

/** Thrown for every answer that is not a success. Decide by `code`: it is stable, the texts are not. */
export class CoinopError extends Error {
  readonly status: number
  /** One of docs/errors.md; `unexpected_answer` when something in between answered, such as a proxy. */
  readonly code: string
  /** What to do next. */
  readonly fix: string
  /** Finds the request in the logs; empty when the answer named none. */
  readonly requestId: string
  /** Which fields were wrong, as JSON pointers into the request; empty unless `code` is `invalid_request`. */
  readonly errors: FieldError[]
  /** Seconds after which a retry may succeed; undefined when the answer did not say. */
  readonly retryAfterSeconds: number | undefined

  constructor(response: Response, problem: Problem) {
    const { title = `HTTP ${response.status}`, code = 'unexpected_answer', detail } = problem
    super(`${code}: ${detail ?? title}`)
    this.name = 'CoinopError'
    this.status = response.status
    this.code = code
    this.fix = problem.fix ?? ''
    this.requestId = problem.requestId ?? response.headers.get('x-request-id') ?? ''
    this.errors = problem.errors ?? []
    this.retryAfterSeconds = retryAfterSeconds(response.headers)
  }
}

/** Reads a refusal; a body that is not a problem gives `unexpected_answer`. */
export async function errorOf(response: Response): Promise<CoinopError> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json')
  const text = await response.text()
  if (!isProblem) return new CoinopError(response, {})
  try {
    return new CoinopError(response, JSON.parse(text) as Problem)
  } catch {
    return new CoinopError(response, {})
  }
}

/** `Retry-After` in seconds, whether it was sent as a number or as a date. */
export function retryAfterSeconds(headers: Headers, now = new Date()): number | undefined {
  const text = headers.get('retry-after')
  if (text === null) return undefined
  if (/^\d+$/.test(text)) return Number(text)
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now.getTime()) / 1000)
}
