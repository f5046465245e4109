/** The ledger: balances, movements and transfers, decided by one object per wallet. */
import { createApp } from '@coinop/shared/app'
import { sweepLedger } from './ledger-sweep.ts'
import { catalogue } from './problems.ts'
import { routes } from './routes/index.ts'
import { sweep } from './sweep.ts'
import { sweepTrades } from './trade-projection.ts'

export { WalletMetrics } from './metrics.ts'
export {
  WalletCharges,
  WalletDeposits,
  WalletRewards,
  WalletSettlements,
  WalletTransfers,
} from './rpc.ts'
export { CopyObject } from './copy-object.ts'
export { TradeObject } from './trade-object.ts'
export { WalletObject } from './wallet-object.ts'

const app = createApp<WalletEnv>({
  worker: 'wallet',
  catalogue,
  routes,
  health: (env) => env.WALLET_DB.prepare('SELECT 1').first(),
})

export default {
  fetch: app.fetch,
  async scheduled(_event, env) {
    await Promise.all([sweep(env), sweepTrades(env)])
    await sweepLedger(env)
  },
} satisfies ExportedHandler<WalletEnv>
