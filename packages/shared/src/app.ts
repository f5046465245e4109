/** What every service shares before its first route: the caller, access, idempotency keys, problems, the log line, health. */
import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { enforceAccess } from './access.ts'
import { anonymousCaller, type Caller, callerHeader, readCaller } from './caller.ts'
import { now } from './clock.ts'
import { Cost, costHeader, countedEnv } from './cost.ts'
import { fieldErrors } from './field-errors.ts'
import { idempotencyKeyOf } from './idempotency-key.ts'
import { logError, logRequest, togetherOf } from './log.ts'
import { Problem, type ProblemCatalogue, renderProblem } from './problem.ts'
import type { AppEnv, Route } from './route.ts'
import { newTraceparent } from './trace.ts'
import { version } from './version.ts'

export type AppOptions<Bindings> = {
  worker: string
  catalogue: ProblemCatalogue
  routes: readonly Route[]
  /** What every request passes first, in order. Services take the default: the caller as the gateway names it. */
  before?: readonly MiddlewareHandler[]
  /** For `/healthz`: throws when something this Worker cannot work without does not answer. */
  health?: (env: Bindings) => Promise<unknown>
}

/** The Hono app of one Worker. A service trusts the caller header only on the gateway's own binding (`props.caller`). */
export function createApp<Bindings>(options: AppOptions<Bindings>) {
  const { worker, catalogue, routes, health } = options
  const before = options.before ?? [context(worker), costs]
  type E = AppEnv<Bindings>
  const app = new OpenAPIHono<E>({
    defaultHook: (result) => {
      if (result.success) return
      const errors = fieldErrors(places[result.target], result.error)
      throw new Problem('invalid_request', { errors })
    },
  })
  app.use(...before)
  // The gateway has a route of its own there.
  if (!routes.some(({ route }) => route.path === '/healthz')) {
    app.get('/healthz', async (c) => {
      await health?.(c.env)
      return c.json({ status: 'ok', version })
    })
  }
  for (const route of routes) {
    const definition = { ...route.route, middleware: guards(route) } as RouteConfig
    app.openapi(definition, route.handler as never)
  }
  app.notFound((c) => {
    const allowed = allowedMethods(routes, c.req.path)
    if (allowed.length === 0) return render(c, catalogue, new Problem('not_found'))
    const headers = { allow: allowed.join(', ') }
    return render(c, catalogue, new Problem('method_not_allowed', { headers }))
  })
  app.onError((error, c) => {
    if (error instanceof Problem) return render(c, catalogue, error)
    if (error instanceof HTTPException && error.status === 400) {
      return render(c, catalogue, new Problem('malformed_json'))
    }
    if (error instanceof HTTPException && error.status === 415) {
      return render(c, catalogue, new Problem('unsupported_media_type'))
    }
    logError(worker, c.get('operation'), error, c.get('caller')?.requestId)
    return render(c, catalogue, new Problem('internal'))
  })
  return app
}

/** First middleware of a service: who is asking, when it began, and the log line at the end. */
const context =
  (worker: string): MiddlewareHandler<AppEnv<unknown>> =>
  async (c, next) => {
    const caller = trustedCaller(c)
    const startedAt = now()
    c.set('caller', caller)
    c.set('startedAt', startedAt)
    c.set('operation', c.req.path === '/healthz' ? 'healthz.get' : 'unknown')
    await next()
    const { status } = c.res
    logRequest(
      { worker, operation: c.get('operation'), status, startedAt, caller },
      togetherOf(c.env, c.executionCtx),
    )
  }

/** Until the answer begins: the later part of a stream is not in it, nor what follows when the request has ended. */
const costs: MiddlewareHandler<AppEnv<unknown>> = async (c, next) => {
  if (c.req.header(costHeader) !== '1') return next()
  const cost = new Cost()
  c.env = countedEnv(c.env, cost)
  await next()
  const { rowsRead, rowsWritten } = cost.rows
  // Rather nothing than too little, as of a live feed, which asks its object by `fetch`.
  if (Number.isNaN(rowsRead)) return
  c.header('coinop-rows-read', String(rowsRead))
  c.header('coinop-rows-written', String(rowsWritten))
}

function trustedCaller(c: Context): Caller {
  const props = c.executionCtx.props as { caller?: string } | undefined
  const caller = props?.caller === 'gateway' ? readCaller(c.req.header(callerHeader)) : undefined
  return caller ?? anonymousCaller(crypto.randomUUID(), newTraceparent())
}

/** What stands before a handler, in order: name, access, media type, idempotency key. */
function guards({ route, access, idempotency }: Route): MiddlewareHandler<AppEnv<unknown>>[] {
  return [
    async (c, next) => {
      c.set('operation', route.operationId ?? 'unknown')
      enforceAccess(access, c.get('caller'))
      if (route.request?.body && !isJson(c.req.header('content-type'))) {
        throw new Problem('unsupported_media_type')
      }
      c.set('idempotencyKey', idempotencyKeyOf(c.req.header('idempotency-key')))
      if (idempotency === 'required' && c.get('idempotencyKey') === '') {
        throw new Problem('idempotency_key_required')
      }
      await next()
    },
  ]
}

const isJson = (contentType: string | undefined) =>
  /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType ?? '')

const places = {
  json: 'body',
  form: 'body',
  query: 'query',
  param: 'path',
  header: 'header',
  cookie: 'header',
} as const

function allowedMethods(routes: readonly Route[], path: string): string[] {
  const matching = routes.filter(({ route }) =>
    new RegExp(`^${route.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
  )
  return [...new Set(matching.map(({ route }) => route.method.toUpperCase()))]
}

const render = (c: Context, catalogue: ProblemCatalogue, { code, extra }: Problem) =>
  renderProblem(catalogue, code, c.get('caller')?.requestId ?? '', extra)
