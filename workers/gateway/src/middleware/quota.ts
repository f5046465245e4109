/** Takes each operation from the project's quota of this month, which is exact: see `leases.ts`. */
import { isoTime, now } from '@coinop/shared/clock'
import { ask } from '@coinop/shared/neighbour'
import { Problem } from '@coinop/shared/problem'
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../env.ts'
import { Leases } from '../leases.ts'

const leases = new Leases()

/** Without a project there is no quota, and what nobody answers is not counted. */
export const quota: MiddlewareHandler<AppEnv> = async (c, next) => {
  const operation = c.get('matched')
  if (!operation || c.get('caller').projectId === '') return next()
  const meters = c.env.BILLING_METERS
  if (leases.hasExpired()) c.executionCtx.waitUntil(leases.settle(meters))
  const caller = c.get('caller')
  // A meter that does not answer refuses: an exact quota cannot be guessed.
  const { granted, limit, current, resetsAt, later } = await ask('billing', () =>
    leases.take(meters, { caller, class: operation.class }),
  )
  if (later) c.executionCtx.waitUntil(later)
  if (granted) return next()
  const axis = `operations.${operation.class}`
  throw new Problem('quota_exceeded', {
    met: { axis, limit, current, resetsAt: isoTime(resetsAt) },
    headers: { 'retry-after': String(Math.max(1, Math.ceil((resetsAt - now()) / 1_000))) },
  })
}
