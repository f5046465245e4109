/** Takes each operation from the project's quota of this month, which is exact: see `leases.ts`. */
import { isoTime, now } from '@coinop/shared/clock'
import { logError } from '@coinop/shared/log'
import { Problem } from '@coinop/shared/problem'
import type { Context, MiddlewareHandler } from 'hono'
import type { AppEnv } from '../env.ts'
import { Leases, type Taken } from '../leases.ts'
import { type Operation, operationOf } from '../operations.ts'

const leases = new Leases()

/** Without a project there is no quota, and what nobody answers is not counted. */
export const quota: MiddlewareHandler<AppEnv> = async (c, next) => {
  const operation = operationOf(c.req.method, c.req.path)
  if (!operation || c.get('caller').projectId === '') return next()
  const meters = c.env.BILLING_METERS
  if (leases.hasExpired()) c.executionCtx.waitUntil(leases.settle(meters))
  const { granted, limit, current, resetsAt, later } = await take(c, operation)
  if (later) c.executionCtx.waitUntil(later)
  if (granted) return next()
  const axis = `operations.${operation.class}`
  throw new Problem('quota_exceeded', {
    met: { axis, limit, current, resetsAt: isoTime(resetsAt) },
    headers: { 'retry-after': String(Math.max(1, Math.ceil((resetsAt - now()) / 1_000))) },
  })
}

/** A meter that does not answer refuses: an exact quota cannot be guessed. */
async function take(c: Context<AppEnv>, operation: Operation): Promise<Taken> {
  const caller = c.get('caller')
  try {
    return await leases.take(c.env.BILLING_METERS, { caller, class: operation.class })
  } catch (error) {
    logError('gateway', `quota.${operation.operationId}`, error, caller.requestId)
    throw new Problem('unavailable', { headers: { 'retry-after': '1' } })
  }
}
