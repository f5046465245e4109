/// <reference path="../worker-configuration.d.ts" />
import { type AppVariables, routeFactory } from '@coinop/shared/route'
import type { Operation } from './operations.ts'
import type { RateState } from './rate-limits.ts'

export type AppEnv = {
  Bindings: GatewayEnv
  Variables: AppVariables & {
    /** What the contracts say of this request; undefined when no Worker answers it. */
    matched: Operation | undefined
    /** The whole request body, bounded; undefined when there is none. */
    body: Uint8Array<ArrayBuffer> | undefined
    /** The limits counted so far. */
    rates: RateState[]
  }
}
export const defineRoute = routeFactory<AppEnv>()
