/// <reference path="../worker-configuration.d.ts" />
import { type AppVariables, routeFactory } from '@coinop/shared/route'

export type AppEnv = {
  Bindings: GatewayEnv
  /** `body` is the whole request body, bounded; undefined when there is none. */
  Variables: AppVariables & { body: Uint8Array<ArrayBuffer> | undefined }
}
export const defineRoute = routeFactory<AppEnv>()
