/** Refuses what comes too fast, and tells everybody under `/v1` how much is left of each limit that was counted. */
import { addressRequestsPerMinute, type PlanName, plans } from '@coinop/billing/plans'
import { addressGroup } from '@coinop/shared/address-group'
import { Problem } from '@coinop/shared/problem'
import type { Exchange, Finish, Step } from '../exchange.ts'
import { planOf } from '../plan-cache.ts'
import { rateHeaders, RateLimits, type Subject } from '../rate-limits.ts'

export const limits = new RateLimits()

/** Before the credential is looked at: a flood of wrong ones is stopped too. */
export const addressLimit: Step = (exchange) => {
  if (!exchange.path.startsWith('/v1/')) return undefined
  // On a laptop nobody says who calls, so everybody there is one.
  const id = addressGroup(exchange.caller.address ?? 'unknown')
  count(exchange, { axis: 'address', id, limit: addressRequestsPerMinute })
  return undefined
}

/** Of the project, and of the key or the player; players' plans become known here, to everybody after. */
export const callerLimit: Step = (exchange) => {
  const { caller, env } = exchange
  if (caller.projectId === '') return undefined
  const plan = planOf(env.AUTH_LOOKUPS, caller)
  if (typeof plan === 'string') return limitCaller(exchange, plan)
  return plan.then((found) => limitCaller(exchange, found))
}

function limitCaller(exchange: Exchange, plan: PlanName): undefined {
  const { kind, projectId, actorId } = exchange.caller
  exchange.caller.plan = plan
  const axis = kind === 'player' ? 'player' : 'key'
  const perMinute = plans[plan].requestsPerMinute
  count(exchange, { axis, id: actorId, limit: perMinute[axis] })
  count(exchange, { axis: 'project', id: projectId, limit: perMinute.project })
}

export const limitsLeft: Finish = ({ rates }, { headers }) => {
  if (rates.length === 0) return
  const { 'ratelimit-policy': policy, ratelimit } = rateHeaders(rates)
  headers.set('ratelimit-policy', policy)
  headers.set('ratelimit', ratelimit)
}

function count({ rates, env, context }: Exchange, subject: Subject): void {
  const { state, allowed, told } = limits.count(subject, env.RATE_TICKS)
  rates.push(state)
  if (told) context.waitUntil(told)
  if (allowed) return
  const { axis, limit, resetsInSeconds } = state
  throw new Problem('rate_limited', {
    detail: `This ${axis} may make ${limit} requests a minute.`,
    headers: { ...rateHeaders(rates), 'retry-after': String(resetsInSeconds) },
  })
}
