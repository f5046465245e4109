/// <reference path="../worker-configuration.d.ts" />
import { type AppEnv as SharedAppEnv, routeFactory } from '@coinop/shared/route'

declare global {
  /** What wrangler cannot name, because it may be absent: see wrangler.toml. */
  interface AuthEnv {
    MEMBERS_DISCORD_CLIENT_ID?: string
    MEMBERS_DISCORD_CLIENT_SECRET?: string
    MEMBERS_DISCORD_REDIRECT_URIS?: string
  }
}

export type AppEnv = SharedAppEnv<AuthEnv>
export const defineRoute = routeFactory<AppEnv>()
