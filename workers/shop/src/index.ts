/** The shop: what is for sale, who ordered what, and who owns it. */
import { createApp } from '@coinop/shared/app'
import { catalogue } from './problems.ts'
import { routes } from './routes/index.ts'
import { sweep } from './sweep.ts'

export { ShopPurchases, ShopRoles } from './rpc.ts'
export { ShopCatalogue } from './rpc-catalogue.ts'
export { ShopTrades } from './rpc-trades.ts'

const app = createApp<ShopEnv>({
  worker: 'shop',
  catalogue,
  routes,
  health: (env) => env.SHOP_DB.prepare('SELECT 1').first(),
})

export default {
  fetch: app.fetch,
  async scheduled(_event, env) {
    await sweep(env)
  },
} satisfies ExportedHandler<ShopEnv>
