/// <reference path="../worker-configuration.d.ts" />
import type { RouteConfig } from '@hono/zod-openapi'
import type { Access } from '@coinop/shared/access'
import { completeRoute } from '@coinop/shared/route'
import type { Exchange } from './exchange.ts'

type Definition<R extends RouteConfig> = {
  access: Access
  route: R
  handler: (exchange: Exchange) => Response | Promise<Response>
}

/** What the gateway answers itself only reads, so it has no body and no idempotency. */
export const defineRoute = <R extends RouteConfig>({ access, route, handler }: Definition<R>) => ({
  access,
  idempotency: 'none' as const,
  route: completeRoute(route, access, 'none'),
  handler,
})
export type OwnRoute = ReturnType<typeof defineRoute>
