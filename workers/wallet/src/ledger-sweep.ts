/** The minutely work that keeps the ledger provable: each kind does a bounded amount, and none stops the others. */
import { logError } from '@coinop/shared/log'
import { sweepProofs } from './proof-sweep.ts'
import { sweepRebuilds } from './rebuild.ts'
import { sweepReconciliations } from './reconciliation.ts'

const kinds = {
  rebuilds: sweepRebuilds,
  proofs: sweepProofs,
  reconciliations: sweepReconciliations,
}

/** Never throws: what fails is logged, and goes on in a minute. */
export async function sweepLedger(env: WalletEnv): Promise<void> {
  for (const [kind, work] of Object.entries(kinds)) {
    try {
      await work(env)
    } catch (error) {
      logError('wallet', `ledger.${kind}`, error)
    }
  }
}
