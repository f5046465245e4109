/** Refuses what comes too fast, and tells everybody under `/v1` how much is left of each limit that was counted. */
import { addressRequestsPerMinute, plans } from '@coinop/billing/plans'
import { addressGroup } from '@coinop/shared/address-group'
import { Problem } from '@coinop/shared/problem'
import type { Context, MiddlewareHandler } from 'hono'
import type { AppEnv } from '../env.ts'
import { planOf } from '../plan-cache.ts'
import { rateHeaders, RateLimits, type Subject } from '../rate-limits.ts'

export const limits = new RateLimits()

/** Before the credential is looked at: a flood of wrong ones is stopped too. */
export const addressLimit: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (!c.req.path.startsWith('/v1/')) return next()
  c.set('rates', [])
  // On a laptop nobody says who calls, so everybody there is one.
  const id = addressGroup(c.get('caller').address ?? 'unknown')
  count(c, { axis: 'address', id, limit: addressRequestsPerMinute })
  await next()
  for (const [name, value] of Object.entries(rateHeaders(c.get('rates')))) {
    c.res.headers.set(name, value)
  }
}

/** Of the project, and of the key or the player; players' plans become known here, to everybody after. */
export const callerLimit: MiddlewareHandler<AppEnv> = async (c, next) => {
  const caller = c.get('caller')
  const { kind, projectId, actorId } = caller
  if (projectId === '') return next()
  const plan = await planOf(c.env.AUTH_LOOKUPS, caller)
  c.set('caller', { ...caller, plan })
  const axis = kind === 'player' ? 'player' : 'key'
  const perMinute = plans[plan].requestsPerMinute
  count(c, { axis, id: actorId, limit: perMinute[axis] })
  count(c, { axis: 'project', id: projectId, limit: perMinute.project })
  return next()
}

function count(c: Context<AppEnv>, subject: Subject): void {
  const { state, allowed, told } = limits.count(subject, c.env.RATE_TICKS)
  c.get('rates').push(state)
  if (told) c.executionCtx.waitUntil(told)
  if (allowed) return
  const { axis, limit, resetsInSeconds } = state
  throw new Problem('rate_limited', {
    detail: `This ${axis} may make ${limit} requests a minute.`,
    headers: { ...rateHeaders(c.get('rates')), 'retry-after': String(resetsInSeconds) },
  })
}
