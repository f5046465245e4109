/// <reference path="../worker-configuration.d.ts" />
import { type AppEnv as SharedAppEnv, routeFactory } from '@coinop/shared/route'

export type AppEnv = SharedAppEnv<LeaderboardsEnv>
export const defineRoute = routeFactory<AppEnv>()
