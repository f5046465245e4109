/** Identity: players, their sessions and tokens, and what API keys and Discord applications belong to. */
import { createApp } from '@coinop/shared/app'
import { catalogue } from './problems.ts'
import { routes } from './routes/index.ts'
import { sweep } from './sweep.ts'

export { KeyGenerationObject } from './key-generation-object.ts'
export {
  AuthAudit,
  AuthDiscordApplications,
  AuthDiscordBots,
  AuthDiscordPlayers,
  AuthLookups,
  AuthPlayerNames,
  AuthPlayers,
  AuthRefusals,
} from './rpc.ts'

const app = createApp<AuthEnv>({
  worker: 'auth',
  catalogue,
  routes,
  health: (env) => env.AUTH_DB.prepare('SELECT 1').first(),
})

export default {
  fetch: app.fetch,
  async scheduled(_event, env) {
    await sweep(env)
  },
} satisfies ExportedHandler<AuthEnv>
