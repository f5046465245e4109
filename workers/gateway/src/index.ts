/** The only public Worker: says who is asking, refuses what nobody should see, and hands the rest to the Worker that answers. */
import { app } from './app.ts'

export default { fetch: app.fetch } satisfies ExportedHandler<GatewayEnv>
