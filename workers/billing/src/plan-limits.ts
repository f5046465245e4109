/**
 * What a Worker asks before it adds something that plans count. The plan is data and travels with the caller, so nobody
 * asks `billing`; the count is the owner's, and exact only when it is taken in the same breath as the write.
 */
import { Problem } from '@coinop/shared/problem'
import { type CountedAxis, planNamed, plans } from './plans.ts'

/** Throws `plan_limit` unless one more may be added to the `current` ones. */
export function enforcePlanLimit(
  { plan }: { plan: string },
  axis: CountedAxis,
  current: number,
  detail?: string,
): void {
  const limit = plans[planNamed(plan)].countsMax[axis]
  if (current < limit) return
  throw new Problem('plan_limit', { met: { axis, limit, current }, ...(detail && { detail }) })
}

const dayMilliseconds = 86_400_000

/** How far back, in milliseconds since the epoch, a plan shows what is kept in time. */
export const retainedSince = ({ plan }: { plan: string }, at: number): number =>
  at - plans[planNamed(plan)].retentionDays * dayMilliseconds
