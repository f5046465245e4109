/** One log line and one measurement per request, after everything else has answered. */
import { now } from '@coinop/shared/clock'
import { logRequest, togetherOf } from '@coinop/shared/log'
import type { Finish } from '../exchange.ts'
import { measure } from '../metrics.ts'

export const observe: Finish = ({ operation, method, startedAt, caller, env, context }, answer) => {
  const { status } = answer
  measure(operation, method, status, (now() - startedAt) / 1_000)
  logRequest({ worker: 'gateway', operation, status, startedAt, caller }, togetherOf(env, context))
}
