/** What an operator watches of the ledger, over all projects: asked by the gateway for `/metrics`. */
import { CountedEntrypoint } from '@coinop/shared/counted-entrypoint'
import { now } from '@coinop/shared/clock'

/** Name, help and value of a gauge. */
export type Gauge = { name: string; help: string; value: number }

export class WalletMetrics extends CountedEntrypoint<WalletEnv> {
  async metrics(): Promise<Gauge[]> {
    const database = this.env.WALLET_DB
    const [pending, runs] = await database.batch<Record<string, number | null>>([
      database.prepare(
        `SELECT count(*) AS count, min(at) AS oldest FROM transactions INDEXED BY transactions_pending
         WHERE status = 'pending'`,
      ),
      // The newest run of each project that has differences or is finished.
      database.prepare(
        `SELECT coalesce(sum(differences), 0) AS differences, max(updated_at) AS updated FROM reconciliations AS r
         WHERE number = (SELECT max(number) FROM reconciliations WHERE project_id = r.project_id
           AND (differences > 0 OR finished_at IS NOT NULL))`,
      ),
    ])
    const { count, oldest } = pending?.results[0] ?? {}
    const { differences, updated } = runs?.results[0] ?? {}
    const age = typeof oldest === 'number' ? Math.max(0, now() - oldest) / 1_000 : 0
    return [
      gauge('transfers_pending', 'Transfers that have not ended.', count),
      gauge('transfers_pending_oldest_seconds', 'Age of the oldest one of them.', age),
      gauge(
        'reconciliation_differences',
        'What the newest reconciliation run of each project found.',
        differences,
      ),
      gauge(
        'reconciliation_last_run_timestamp_seconds',
        'When a reconciliation run last went on; 0 for never.',
        (updated ?? 0) / 1_000,
      ),
    ]
  }
}

const gauge = (name: string, help: string, value: number | null | undefined): Gauge => ({
  name: `coinop_wallet_${name}`,
  help,
  value: value ?? 0,
})
