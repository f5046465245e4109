/** A route as a value: its contract, who may use it, and its handler. */
import type { RouteConfig, RouteHandler } from '@hono/zod-openapi'
import { z } from '@hono/zod-openapi'
import { type Access, describeKinds, forMoney } from './access.ts'
import type { Caller } from './caller.ts'
import { defineProblems } from './problem.ts'

/** What every handler finds with `c.get(...)`. */
export type AppVariables = {
  caller: Caller
  /** The unquoted Idempotency-Key; empty when none was sent and none is required. */
  idempotencyKey: string
  operation: string
  startedAt: number
}
export type AppEnv<Bindings> = { Bindings: Bindings & object; Variables: AppVariables }

/** `required` where money or items move; reads have none. */
export type Idempotency = 'required' | 'optional' | 'none'

export type Route = {
  route: RouteConfig
  access: Access
  idempotency: Idempotency
  // The environment is checked where the route is defined; a list of routes of one Worker needs no more of it.
  handler: (...context: never[]) => unknown
}

type Definition<E extends AppEnv<unknown>, R extends RouteConfig> = {
  access: Access
  idempotency?: Idempotency
  /** The most that the gateway lets through as a body; its limit for all when absent. */
  bodyBytesMax?: number
  route: R
  handler: RouteHandler<R, E>
}

/** Wraps a schema the way `createRoute` wants it, for a request body or a response. */
export const json = <S extends z.ZodType>(schema: S, description = '') => ({
  description,
  required: true as const,
  content: { 'application/json': { schema } },
})

/** What a batch of up to 100 may send; everything else is held to the gateway's limit for all. */
export const batchBodyBytesMax = 262_144

const withBodyLimit = <R extends RouteConfig>(route: R, bytes: number | undefined): R =>
  bytes === undefined ? route : { ...route, 'x-coinop-body-bytes-max': bytes }

/** Fixes the environment of a Worker's routes once, so that route files name no generics. */
export const routeFactory =
  <E extends AppEnv<unknown>>() =>
  <R extends RouteConfig>({ access: given, idempotency, route, ...rest }: Definition<E, R>) => {
    const defaultIdempotency: Idempotency = route.method === 'get' ? 'none' : 'optional'
    const chosen = idempotency ?? defaultIdempotency
    const access = chosen === 'required' ? forMoney(given) : given
    const completed = withBodyLimit(completeRoute(route, access, chosen), rest.bodyBytesMax)
    return { access, idempotency: chosen, route: completed, handler: rest.handler }
  }

const { problems } = defineProblems({})

/** What can be answered before, or instead of, what a route itself says. */
function automaticProblems({ path, request }: RouteConfig, open: boolean) {
  return problems(
    ...(open ? [] : (['unauthenticated', 'forbidden'] as const)),
    ...(request?.body ? (['malformed_json', 'unsupported_media_type'] as const) : []),
    // The gateway's, before the operation is reached.
    ...(path.startsWith('/v1/') ? (['rate_limited'] as const) : []),
    ...(open ? [] : (['quota_exceeded'] as const)),
    'internal',
    'unavailable',
  )
}

/** Adds to a contract what follows from the declarations, so that no route can forget it. */
export function completeRoute<R extends RouteConfig>(
  route: R,
  access: Access,
  idempotency: Idempotency,
): R {
  const open = access.kinds.includes('anonymous')
  const description = [
    route.description,
    `May be called by ${describeKinds(access.kinds)}.`,
    access.scope && `A secret key needs the scope \`${access.scope}\`.`,
    access.permission && `A member needs the permission \`${access.permission}\`.`,
    access.permission && !access.wholeTenant && 'A member names the project in `X-Project-Id`.',
  ]
  return {
    ...route,
    request: { ...route.request, query: route.request?.query ?? noQuery },
    description: description.filter(Boolean).join(' '),
    security: open ? [] : securityOf(access),
    'x-coinop-access': access,
    'x-coinop-idempotency': idempotency,
    responses: withCodes(route.responses, automaticProblems(route, open)),
  }
}

/** A misspelt parameter must not pass silently, also where none is expected. */
const noQuery = z.strictObject({})

type Responses = RouteConfig['responses']

/** Both lists of problems; a status that is in both names the codes of both. */
function withCodes(declared: Responses, automatic: ReturnType<typeof problems>): Responses {
  const merged: Responses = { ...automatic, ...declared }
  for (const [status, always] of Object.entries(automatic)) {
    const own = declared[status]
    if (!own || !('content' in own) || !own.content?.['application/problem+json']) continue
    const codes = new Set(`${own.description}, ${always.description}`.split(', '))
    merged[status] = { ...own, description: [...codes].join(', ') }
  }
  return merged
}

/** OpenAPI security requirements: any one of the listed credentials will do. */
function securityOf({ kinds }: Access): Record<string, string[]>[] {
  const key = kinds.includes('secret') || kinds.includes('publishable')
  const token = kinds.includes('player') || kinds.includes('member')
  return [...(key ? [{ apiKey: [] }] : []), ...(token ? [{ bearer: [] }] : [])]
}
