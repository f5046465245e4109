/** What the gateway answers itself: its routes, the front page and the files of the API reference. */
import { enforceAccess } from '@coinop/shared/access'
import { fieldErrors } from '@coinop/shared/field-errors'
import { idempotencyKeyOf } from '@coinop/shared/idempotency-key'
import { Problem } from '@coinop/shared/problem'
import type { z } from '@hono/zod-openapi'
import { assetAt } from './assets.ts'
import type { OwnRoute } from './env.ts'
import type { Exchange, Step } from './exchange.ts'
import { routes } from './routes/index.ts'

const byPath = new Map<string, OwnRoute>(routes.map((each) => [each.route.path, each]))

export const answerOwn: Step = (exchange) => {
  const { method, path, binding } = exchange
  if (binding) return undefined
  const reads = method === 'GET' || method === 'HEAD'
  const own = byPath.get(path)
  if (own && reads) return answerWith(own, exchange)
  // Under /v1 nothing is said about paths that no Worker answers.
  if (own && !path.startsWith('/v1/')) {
    throw new Problem('method_not_allowed', { headers: { allow: 'GET' } })
  }
  if (path === '/' && reads)
    return new Response(null, { status: 302, headers: { location: '/docs' } })
  if (/^\/docs\/[^/]+$/.test(path) && reads) {
    return assetAt(exchange, path === '/docs/errors' ? '/errors.html' : path)
  }
  return undefined
}

/** What stands before a handler, as every Worker has it in `createApp`. */
function answerWith({ access, route, handler }: OwnRoute, exchange: Exchange) {
  exchange.operation = route.operationId ?? 'unknown'
  enforceAccess(access, exchange.caller)
  idempotencyKeyOf(exchange.headers.get('idempotency-key') ?? undefined)
  if (exchange.url.includes('?')) checkQuery(route.request?.query as z.ZodType, exchange.url)
  return handler(exchange)
}

function checkQuery(schema: z.ZodType, url: string): void {
  const { success, error } = schema.safeParse(Object.fromEntries(new URL(url).searchParams))
  if (!success) throw new Problem('invalid_request', { errors: fieldErrors('query', error) })
}
