/// <reference path="../worker-configuration.d.ts" />
import { type AppVariables, routeFactory } from '@coinop/shared/route'
import type { RateState } from './rate-limits.ts'

export type AppEnv = {
  Bindings: GatewayEnv
  /** `body` is the whole request body, bounded; undefined when there is none. `rates` are the limits counted so far. */
  Variables: AppVariables & { body: Uint8Array<ArrayBuffer> | undefined; rates: RateState[] }
}
export const defineRoute = routeFactory<AppEnv>()
