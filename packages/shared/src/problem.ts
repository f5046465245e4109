/** The one error shape of the platform: RFC 9457 problem details plus a stable `code` and a `fix`. */
import { z } from '@hono/zod-openapi'

type Status = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 429 | 500 | 503
/** One line of a catalogue: what happened (`title`) and what the client should do next (`fix`). */
export type ProblemDefinition = { status: Status; title: string; fix: string }
export type ProblemCatalogue = Record<string, ProblemDefinition>

/** Problems that any Worker can answer. A Worker adds its own in `src/problems.ts`. */
export const commonProblems = {
  invalid_request: {
    status: 400,
    title: 'The request does not match the contract.',
    fix: 'Correct the fields listed in `errors`; the contract is at /openapi.json.',
  },
  malformed_json: {
    status: 400,
    title: 'The body is not valid JSON.',
    fix: 'Send one JSON value in UTF-8, at most 32 levels deep and with at most 1,000 keys.',
  },
  idempotency_key_required: {
    status: 400,
    title: 'This operation moves money or items and needs an Idempotency-Key.',
    fix: 'Send an Idempotency-Key header of 1 to 255 visible characters, and the same one when you retry.',
  },
  unauthenticated: {
    status: 401,
    title: 'The request carries no valid credential.',
    fix: 'Send X-Api-Key, or Authorization: Bearer with an access token that has not expired.',
  },
  forbidden: {
    status: 403,
    title: 'This credential may not do this.',
    fix: 'Use a credential of the kind, and with the scope, that the operation names in the contract.',
  },
  plan_limit: {
    status: 403,
    title: 'The plan of the project allows no more of these.',
    fix: 'Remove one that is no longer needed, or choose a larger plan; GET /v1/billing shows the limits.',
  },
  not_found: {
    status: 404,
    title: 'There is no such resource.',
    fix: 'Check the path and the id; an id of another project answers the same way.',
  },
  method_not_allowed: {
    status: 405,
    title: 'This path does not answer that method.',
    fix: 'Use one of the methods in the Allow header.',
  },
  idempotency_conflict: {
    status: 409,
    title: 'This Idempotency-Key was used for a different request.',
    fix: 'Use a new key for a new request; repeat the first request exactly to get its answer again.',
  },
  payload_too_large: {
    status: 413,
    title: 'The body is larger than 64 KiB, or 256 KiB where many things are sent at once.',
    fix: 'Send less in one request.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body must be JSON.',
    fix: 'Send Content-Type: application/json.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests in a short time.',
    fix: 'Wait for the seconds in Retry-After; the RateLimit header tells how much is left.',
  },
  quota_exceeded: {
    status: 429,
    title: 'The quota of this period is used up.',
    fix: 'Wait until `resetsAt`, or choose a larger plan; GET /v1/usage shows what was used.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong on our side.',
    fix: 'Retry with the same Idempotency-Key; if it stays, report the requestId.',
  },
  unavailable: {
    status: 503,
    title: 'A part of the system does not answer.',
    fix: 'Retry after the seconds in Retry-After with the same Idempotency-Key.',
  },
} as const satisfies ProblemCatalogue

export type CommonCode = keyof typeof commonProblems

export const ProblemBody = z
  .strictObject({
    type: z.string().openapi({ description: 'Where the code is explained, relative to this host' }),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    requestId: z.string(),
    fix: z.string(),
    errors: z.array(z.strictObject({ pointer: z.string(), message: z.string() })).optional(),
    axis: z.string().optional().openapi({ description: 'Which limit was met' }),
    limit: z.int().min(0).optional(),
    current: z.int().min(0).optional(),
    resetsAt: z.iso.datetime().optional(),
  })
  .openapi('Problem')

export type FieldError = { pointer: string; message: string }
/** Which limit was met, as extension members of the problem. */
export type MetLimit = { axis: string; limit: number; current: number; resetsAt?: string }
type Extra = {
  detail?: string
  errors?: FieldError[]
  met?: MetLimit
  headers?: Record<string, string>
}

/** An expected failure on its way to the client. Anything else that is thrown is a bug and answers `internal`. */
export class Problem extends Error {
  readonly code: string
  readonly extra: Extra
  constructor(code: string, extra: Extra = {}) {
    super(extra.detail ?? code)
    this.name = 'Problem'
    this.code = code
    this.extra = extra
  }
}

/** A field error as a problem, for rules that a schema cannot state. */
export const invalidField = (pointer: string, message: string): Problem =>
  new Problem('invalid_request', { errors: [{ pointer, message }] })

/** The single renderer of problems. */
export function renderProblem(
  catalogue: ProblemCatalogue,
  code: string,
  requestId: string,
  { detail, errors, met, headers }: Extra = {},
): Response {
  const known = code in catalogue ? code : 'internal'
  const { status, title, fix } = catalogue[known] ?? commonProblems.internal
  const body = {
    type: `/docs/errors#${known}`,
    title,
    status,
    code: known,
    ...(detail !== undefined && { detail }),
    requestId,
    fix,
    ...(errors && { errors }),
    ...met,
  }
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  })
}

type ProblemResponse = {
  description: string
  content: { 'application/problem+json': { schema: typeof ProblemBody } }
}

/** Binds a Worker's catalogue: what its routes may declare, and how each code is rendered. */
export function defineProblems<const Own extends ProblemCatalogue>(own: Own) {
  const catalogue: ProblemCatalogue = { ...commonProblems, ...own }
  type Code = keyof Own | CommonCode

  /** Response entries for `createRoute`, one per status, with the codes in the description. `invalid_request` is always there. */
  function problems(...codes: Code[]): Record<400, ProblemResponse> {
    const byStatus = new Map<number, string[]>([[400, ['invalid_request']]])
    for (const code of codes as string[]) {
      const status = catalogue[code]!.status
      byStatus.set(status, [...(byStatus.get(status) ?? []), code])
    }
    const entries = [...byStatus].map(([status, list]) => [
      status,
      {
        description: list.join(', '),
        content: { 'application/problem+json': { schema: ProblemBody } },
      },
    ])
    return Object.fromEntries(entries)
  }

  const problem = (code: Code, detail?: string) =>
    new Problem(code as string, detail === undefined ? {} : { detail })

  return { catalogue, problems, problem }
}
