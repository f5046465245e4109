/** Speaks Discord: verifies interactions, runs commands through the other services, renders replies. */
import { createApp } from '@coinop/shared/app'
import { catalogue } from './problems.ts'
import { sweepRoles } from './role-sweep.ts'
import { routes } from './routes/index.ts'

export { DeferralObject } from './deferral-object.ts'

const app = createApp<DiscordEnv>({ worker: 'discord', catalogue, routes })

export default {
  fetch: app.fetch,
  async scheduled(_event, env) {
    await sweepRoles(env)
  },
} satisfies ExportedHandler<DiscordEnv>
