/** Tells the audit log what a member was refused, whichever Worker refused it. */
import type { Caller } from '@coinop/shared/caller'
import { logError } from '@coinop/shared/log'
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '../env.ts'

/** After the answer: nothing was changed, so nothing is lost when the note is. */
export const refusals: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  const caller = c.get('caller')
  if (c.res.status !== 403 || caller.kind !== 'member') return
  const { code } = await c.res.clone().json<{ code: string }>()
  const refusal = { action: c.get('operation'), path: c.req.path, code }
  c.executionCtx.waitUntil(tell(c.env.AUTH_REFUSALS, caller, refusal))
}

async function tell(
  log: GatewayEnv['AUTH_REFUSALS'],
  caller: Caller,
  refusal: { action: string; path: string; code: string },
): Promise<void> {
  try {
    const noted = await log.append(caller, refusal)
    if (!noted.ok) throw new Error(`The audit log answered ${noted.code}.`)
  } catch (error) {
    logError('gateway', 'refusals.note', error, caller.requestId)
  }
}
