/**
 * Pages of other origins: a project lists them, exactly. A preflight names no project, so it passes when any project lists
 * the origin; the request itself is held to the list of its own project, before anything happens.
 */
import type { Caller } from '@coinop/shared/caller'
import { logError } from '@coinop/shared/log'
import type { Context, MiddlewareHandler } from 'hono'
import type { AppEnv } from '../env.ts'
import { anybodyLists, projectLists } from '../origin-cache.ts'
import { problem } from '../problems.ts'

const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE'
const allowedHeaders =
  'authorization, content-type, coinop-cost, idempotency-key, traceparent, x-api-key, x-project-id, x-request-id'
const exposedHeaders =
  'ratelimit, ratelimit-policy, retry-after, idempotency-replayed, x-request-id, coinop-rows-read, coinop-rows-written'
const preflightSeconds = '600'

/** The origin of a page elsewhere; undefined for servers and for our own pages. */
function foreignOrigin(c: Context<AppEnv>): string | undefined {
  const origin = c.req.header('origin')
  if (origin === undefined || !c.req.path.startsWith('/v1/')) return undefined
  return origin === new URL(c.req.url).origin ? undefined : origin
}

/** Outermost: says in the answer, a refusal included, which page may read it. */
export const readableBy: MiddlewareHandler<AppEnv> = async (c, next) => {
  const origin = foreignOrigin(c)
  await next()
  if (origin === undefined || !(await mayRead(c, origin))) return
  c.res.headers.set('access-control-allow-origin', origin)
  c.res.headers.append('vary', 'Origin')
  c.res.headers.set('access-control-expose-headers', exposedHeaders)
}

/**
 * What is said before a project is known, such as that a token has expired, is about no project: whoever passes a
 * preflight may read it. What a Worker answers to nobody in particular is for our own pages.
 */
async function mayRead(c: Context<AppEnv>, origin: string): Promise<boolean> {
  const { projectId } = c.get('caller')
  const lookups = c.env.AUTH_LOOKUPS
  try {
    if (projectId !== '') return await projectLists(lookups, projectId, origin)
    const isRefusal = c.res.status === 401 || c.res.status === 403
    return isRefusal && (await anybodyLists(lookups, origin))
  } catch (error) {
    logError('gateway', 'cors.read', error, c.get('caller').requestId)
    return false
  }
}

/** After the address's limit is counted: a preflight has no credential that could be limited. */
export const preflight: MiddlewareHandler<AppEnv> = async (c, next) => {
  const isPreflight =
    c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined
  const origin = isPreflight ? foreignOrigin(c) : undefined
  if (origin === undefined) return next()
  c.set('operation', 'preflight')
  if (!(await anybodyLists(c.env.AUTH_LOOKUPS, origin))) throw problem('origin_not_allowed')
  return c.body(null, 204, {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': allowedMethods,
    'access-control-allow-headers': allowedHeaders,
    'access-control-max-age': preflightSeconds,
    vary: 'Origin',
  })
}

/** After the credential: before anything is done for a page that could not read what was done. */
export const ownOrigins: MiddlewareHandler<AppEnv> = async (c, next) => {
  const origin = foreignOrigin(c)
  if (origin !== undefined) await refuseForeign(c, c.get('caller'), origin)
  return next()
}

async function refuseForeign(
  c: Context<AppEnv>,
  { kind, projectId }: Caller,
  origin: string,
): Promise<void> {
  if (kind === 'anonymous') {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return
    throw problem('origin_not_allowed', 'Send a publishable key, so that the project is known.')
  }
  if (kind === 'secret') throw problem('secret_key_in_browser')
  const listed = projectId !== '' && (await projectLists(c.env.AUTH_LOOKUPS, projectId, origin))
  if (!listed) throw problem('origin_not_allowed')
}
