/** Refuses what comes too fast, and tells everybody under `/v1` how much is left of each limit that was counted. */
import { addressRequestsPerMinute, type PlanName, plans } from '@coinop/billing/plans'
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
  const counter = c.env.RATE_ADDRESS
  count(c, { axis: 'address', id, limit: addressRequestsPerMinute, counter })
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
  const each = [
    { axis, id: actorId },
    { axis: 'project', id: projectId },
  ] as const
  for (const { axis: name, id } of each) count(c, subjectOf(c.env, plan, name, id))
  return next()
}

type Axis = keyof (typeof plans)['free']['requestsPerMinute']

function subjectOf(env: GatewayEnv, plan: PlanName, axis: Axis, id: string): Subject {
  const limit = plans[plan].requestsPerMinute[axis]
  const binding = `RATE_${plan.toUpperCase()}_${axis.toUpperCase()}`
  return {
    axis,
    id,
    limit,
    counter: env[binding as `RATE_${Uppercase<PlanName>}_${Uppercase<Axis>}`],
  }
}

function count(c: Context<AppEnv>, subject: Subject): void {
  const { state, allowed, told } = limits.count(subject)
  c.get('rates').push(state)
  if (told) c.executionCtx.waitUntil(told)
  if (allowed) return
  const { axis, limit, resetsInSeconds } = state
  throw new Problem('rate_limited', {
    detail: `This ${axis} may make ${limit} requests a minute.`,
    headers: { ...rateHeaders(c.get('rates')), 'retry-after': String(resetsInSeconds) },
  })
}
