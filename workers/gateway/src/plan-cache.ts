/** The plan of a caller's project: out of the credential, or asked of `auth` and remembered in this isolate for a minute. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { ask } from '@coinop/shared/neighbour'
import { type PlanName, planNamed } from '@coinop/billing/plans'

type Lookups = Pick<GatewayEnv['AUTH_LOOKUPS'], 'findPlan'>

const rememberedMilliseconds = 60_000
const rememberedMax = 1_000
const remembered = new Map<string, { plan: PlanName; until: number }>()

/** An access token names no plan, for it would stay true for as long as the token does. A promise only when `auth` is asked. */
export function planOf(
  lookups: Lookups,
  { plan, projectId }: Caller,
): PlanName | Promise<PlanName> {
  if (plan !== '') return planNamed(plan)
  const known = remembered.get(projectId)
  return known && known.until > now() ? known.plan : findPlan(lookups, projectId)
}

async function findPlan(lookups: Lookups, projectId: string): Promise<PlanName> {
  const found = planNamed((await ask('auth', async () => lookups.findPlan(projectId))) ?? '')
  if (remembered.size >= rememberedMax) remembered.clear()
  remembered.set(projectId, { plan: found, until: now() + rememberedMilliseconds })
  return found
}
