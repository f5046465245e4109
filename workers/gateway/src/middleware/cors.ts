/**
 * Pages of other origins: a project lists them, exactly. A preflight names no project, so it passes when any project lists
 * the origin; the request itself is held to the list of its own project, before anything happens.
 */
import type { Caller } from '@coinop/shared/caller'
import { logError } from '@coinop/shared/log'
import type { Exchange, Finish, Step } from '../exchange.ts'
import { anybodyLists, projectLists } from '../origin-cache.ts'
import { problem } from '../problems.ts'

const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE'
const allowedHeaders =
  'authorization, content-type, coinop-cost, idempotency-key, traceparent, x-api-key, x-project-id, x-request-id'
const exposedHeaders =
  'ratelimit, ratelimit-policy, retry-after, idempotency-replayed, x-request-id, coinop-rows-read, coinop-rows-written'
const preflightSeconds = '600'

/** The origin of a page elsewhere; undefined for servers and for our own pages. */
function foreignOrigin({ origin, path, url }: Exchange): string | undefined {
  if (origin === undefined || !path.startsWith('/v1/')) return undefined
  return origin === new URL(url).origin ? undefined : origin
}

/** Says in the answer, a refusal included, which page may read it. */
export const readableBy: Finish = (exchange, answer) => {
  const origin = foreignOrigin(exchange)
  return origin === undefined ? undefined : nameReader(exchange, answer, origin)
}

async function nameReader(exchange: Exchange, answer: Response, origin: string): Promise<void> {
  if (!(await mayRead(exchange, answer.status, origin))) return
  answer.headers.set('access-control-allow-origin', origin)
  answer.headers.append('vary', 'Origin')
  answer.headers.set('access-control-expose-headers', exposedHeaders)
}

/**
 * What is said before a project is known, such as that a token has expired, is about no project: whoever passes a
 * preflight may read it. What a Worker answers to nobody in particular is for our own pages.
 */
async function mayRead(
  { caller: { projectId, requestId }, env }: Exchange,
  status: number,
  origin: string,
): Promise<boolean> {
  const lookups = env.AUTH_LOOKUPS
  try {
    if (projectId !== '') return await projectLists(lookups, projectId, origin)
    const isRefusal = status === 401 || status === 403
    return isRefusal && (await anybodyLists(lookups, origin))
  } catch (error) {
    logError('gateway', 'cors.read', error, requestId)
    return false
  }
}

/** After the address's limit is counted: a preflight has no credential that could be limited. */
export const preflight: Step = (exchange) => {
  const { method, headers } = exchange
  if (method !== 'OPTIONS' || !headers.has('access-control-request-method')) return undefined
  const origin = foreignOrigin(exchange)
  return origin === undefined ? undefined : answerPreflight(exchange, origin)
}

async function answerPreflight(exchange: Exchange, origin: string): Promise<Response> {
  exchange.operation = 'preflight'
  const listed = await anybodyLists(exchange.env.AUTH_LOOKUPS, origin)
  if (!listed) throw problem('origin_not_allowed')
  const headers = {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': allowedMethods,
    'access-control-allow-headers': allowedHeaders,
    'access-control-max-age': preflightSeconds,
    vary: 'Origin',
  }
  return new Response(null, { status: 204, headers })
}

/** After the credential: before anything is done for a page that could not read what was done. */
export const ownOrigins: Step = (exchange) => {
  const origin = foreignOrigin(exchange)
  return origin === undefined ? undefined : refuseForeign(exchange, exchange.caller, origin)
}

async function refuseForeign(
  { method, env }: Exchange,
  { kind, projectId }: Caller,
  origin: string,
): Promise<undefined> {
  if (kind === 'anonymous') {
    if (method === 'GET' || method === 'HEAD') return
    throw problem('origin_not_allowed', 'Send a publishable key, so that the project is known.')
  }
  if (kind === 'secret') throw problem('secret_key_in_browser')
  const listed = projectId !== '' && (await projectLists(env.AUTH_LOOKUPS, projectId, origin))
  if (!listed) throw problem('origin_not_allowed')
}
