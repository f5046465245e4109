/** Takes each operation from the project's quota of this month, which is exact: see `leases.ts`. */
import { isoTime, now } from '@coinop/shared/clock'
import { ask } from '@coinop/shared/neighbour'
import { Problem } from '@coinop/shared/problem'
import type { Exchange, Step } from '../exchange.ts'
import { type Draw, Leases, type Meters, type Taken } from '../leases.ts'

const leases = new Leases()

/** Without a project there is no quota, and what nobody answers is not counted. */
export const quota: Step = ({ matched, caller, env, context }) => {
  if (!matched || caller.projectId === '') return undefined
  const meters = env.BILLING_METERS
  if (leases.hasExpired()) context.waitUntil(leases.settle(meters))
  const draw = { caller, class: matched.class }
  const held = leases.takeHeld(meters, draw)
  return held ? admit(held, draw, context) : takeNew(meters, draw, context)
}

/** A meter that does not answer refuses: an exact quota cannot be guessed. */
async function takeNew(meters: Meters, draw: Draw, context: Exchange['context']) {
  return admit(await ask('billing', () => leases.take(meters, draw)), draw, context)
}

function admit(
  { granted, limit, current, resetsAt, later }: Taken,
  draw: Draw,
  context: Exchange['context'],
): undefined {
  if (later) context.waitUntil(later)
  if (granted) return
  const axis = `operations.${draw.class}`
  throw new Problem('quota_exceeded', {
    met: { axis, limit, current, resetsAt: isoTime(resetsAt) },
    headers: { 'retry-after': String(Math.max(1, Math.ceil((resetsAt - now()) / 1_000))) },
  })
}
