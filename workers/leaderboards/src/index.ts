/** Leaderboards: definitions, seasons and their rewards; each season's standing is an object of its own. */
import { createApp } from '@coinop/shared/app'
import { catalogue } from './problems.ts'
import { routes } from './routes/index.ts'
import { sweep } from './sweep.ts'
import { countForUsed } from './used-games.ts'

export { BoardObject } from './board-object.ts'
export { LeaderboardsReads } from './rpc.ts'
export { LeaderboardsManagement } from './rpc-management.ts'

const app = createApp<LeaderboardsEnv>({
  worker: 'leaderboards',
  catalogue,
  routes,
  health: (env) => env.LEADERBOARDS_DB.prepare('SELECT 1').first(),
})

export default {
  async fetch(request, env, context) {
    const answer = await app.fetch(request, env, context)
    countForUsed(env, context)
    return answer
  },
  async scheduled(_event, env) {
    await sweep(env)
  },
} satisfies ExportedHandler<LeaderboardsEnv>
