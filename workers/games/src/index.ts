/** The games: rounds that the player can check, scores, and the daily reward. */
import { createApp } from '@coinop/shared/app'
import { catalogue } from './problems.ts'
import { routes } from './routes/index.ts'
import { sweep } from './sweep.ts'

export { GamesPlays } from './rpc.ts'
export { GamesFairness } from './rpc-fairness.ts'

const app = createApp<GamesEnv>({
  worker: 'games',
  catalogue,
  routes,
  health: (env) => env.GAMES_DB.prepare('SELECT 1').first(),
})

export default {
  fetch: app.fetch,
  async scheduled(_event, env) {
    await sweep(env)
  },
} satisfies ExportedHandler<GamesEnv>
