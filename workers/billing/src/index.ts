/** Plans, quotas and usage: how much a project may do, and how much it did. */
import { createApp } from '@coinop/shared/app'
import { catalogue } from './problems.ts'
import { routes } from './routes/index.ts'

export { MeterObject } from './meter-object.ts'
export { BillingMeters } from './rpc.ts'

const app = createApp<BillingEnv>({
  worker: 'billing',
  catalogue,
  routes,
  health: (env) => env.BILLING_DB.prepare('SELECT 1').first(),
})

export default { fetch: app.fetch } satisfies ExportedHandler<BillingEnv>
