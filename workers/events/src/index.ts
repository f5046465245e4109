/** The event log: what happened in each project, in order, without gaps and without duplicates. */
import { createApp } from '@coinop/shared/app'
import { catalogue } from './problems.ts'
import { routes } from './routes/index.ts'

export { EventLogObject } from './event-log-object.ts'
export { EventsAppends, EventsFollows, EventsReads } from './rpc.ts'

const app = createApp<EventsEnv>({
  worker: 'events',
  catalogue,
  routes,
  health: (env) => env.EVENTS_DB.prepare('SELECT 1').first(),
})

export default { fetch: app.fetch } satisfies ExportedHandler<EventsEnv>
