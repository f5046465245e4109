/** Leaderboards: named notes of a project, each with a counter of its uses. */
import { createApp } from '@coinop/shared/app'
import { pruneIdempotency } from '@coinop/shared/idempotency'
import { drainOutbox } from '@coinop/shared/outbox'
import { drizzle } from 'drizzle-orm/d1'
import { catalogue } from './problems.ts'
import { routes } from './routes/index.ts'

export { BoardObject } from './board-object.ts'

const app = createApp<LeaderboardsEnv>({
  worker: 'leaderboards',
  catalogue,
  routes,
  health: (env) => env.LEADERBOARDS_DB.prepare('SELECT 1').first(),
})

export default {
  fetch: app.fetch,
  async scheduled(_event, env) {
    const db = drizzle(env.LEADERBOARDS_DB)
    await drainOutbox(db, env.EVENTS_APPENDS)
    await pruneIdempotency(db)
  },
} satisfies ExportedHandler<LeaderboardsEnv>
