/** One request on its way through the policy, as plain data: what a step has read or found, no other step reads again. */
import { anonymousCaller, type Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { continueTrace } from '@coinop/shared/trace'
import { clientAddress } from './client-address.ts'
import { type Operation, operationOf } from './operations.ts'
import type { RateState } from './rate-limits.ts'
import { upstreams } from './upstreams.gen.ts'

export type Binding = (typeof upstreams)[keyof typeof upstreams]
export type Exchange = {
  readonly request: Request
  readonly env: GatewayEnv
  readonly context: Pick<ExecutionContext, 'waitUntil'>
  readonly method: string
  readonly url: string
  /** As the client wrote it, without the query; `path` refuses what could be read differently. */
  readonly path: string
  readonly headers: Headers
  /** The origin of the page that asks; undefined when no page does. */
  readonly origin: string | undefined
  readonly startedAt: number
  /** What the contracts say of this request; undefined when no Worker answers it. */
  readonly matched: Operation | undefined
  /** The Worker that answers the path; undefined when none does. */
  readonly binding: Binding | undefined
  /** For the log and the metrics. */
  operation: string
  /** Nobody until `credential` has found out. */
  caller: Caller
  /** The whole request body, bounded; undefined when there is none. */
  body: Uint8Array<ArrayBuffer> | undefined
  /** The limits counted so far. */
  rates: RateState[]
}

/** Passes the request on, answers it, or throws a problem. */
export type Step = (exchange: Exchange) => Passing | Promise<Passing>
type Passing = Response | undefined
/** Completes an answer on its way out, a refusal included. */
export type Finish = (exchange: Exchange, answer: Response) => void | Promise<void>

const requestIdPattern = /^[\w.:-]{1,128}$/

/** Takes `X-Request-Id` and `traceparent` when they are well-formed, and makes them otherwise. The caller is nobody yet. */
export function beginExchange(
  request: Request,
  env: GatewayEnv,
  context: Exchange['context'],
): Exchange {
  const { method, url, headers } = request
  const path = pathOf(url)
  const given = headers.get('x-request-id')
  const requestId = given && requestIdPattern.test(given) ? given : crypto.randomUUID()
  const traceparent = continueTrace(headers.get('traceparent') ?? undefined)
  const matched = operationOf(method, path)
  return {
    request,
    env,
    context,
    method,
    url,
    path,
    headers,
    origin: headers.get('origin') ?? undefined,
    startedAt: now(),
    matched,
    binding: bindingOf(path),
    operation: matched?.operationId ?? 'unknown',
    caller: {
      ...anonymousCaller(requestId, traceparent),
      address: clientAddress(env.ENVIRONMENT, headers),
    },
    body: undefined,
    rates: [],
  }
}

/** Not by `URL`, which would resolve `..` before anybody could refuse it. */
function pathOf(url: string): string {
  const begin = url.indexOf('/', url.indexOf('://') + 3)
  const query = url.indexOf('?', begin)
  return url.slice(begin, query < 0 ? url.length : query)
}

const prefix = '/v1/'

/** The service binding for a path such as `/v1/orders/ord_…`. */
function bindingOf(path: string): Binding | undefined {
  if (!path.startsWith(prefix)) return undefined
  const end = path.indexOf('/', prefix.length)
  const segment = path.slice(prefix.length, end < 0 ? path.length : end)
  return Object.hasOwn(upstreams, segment)
    ? upstreams[segment as keyof typeof upstreams]
    : undefined
}
