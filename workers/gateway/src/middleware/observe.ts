/** One log line and one measurement per request, after everything else has answered. */
import { now } from '@coinop/shared/clock'
import { logRequest, togetherOf } from '@coinop/shared/log'
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../env.ts'
import { measure } from '../metrics.ts'

export const observe: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  const operation = c.get('operation')
  const startedAt = c.get('startedAt')
  measure(operation, c.req.method, c.res.status, (now() - startedAt) / 1_000)
  const { status } = c.res
  const caller = c.get('caller')
  logRequest({ worker: 'gateway', operation, status, startedAt, caller }, togetherOf(c))
}
