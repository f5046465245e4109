/** Reconciliation runs as clients see them. */
import { z } from '@hono/zod-openapi'
import { isoTime } from '@coinop/shared/clock'
import { WalletId } from './model.ts'
import type { ReconciliationRow } from './reconciliation.ts'

export const Reconciliation = z
  .strictObject({
    number: z.int().min(1).openapi({ description: 'Counts 1, 2, 3 … in the project' }),
    status: z.enum(['running', 'finished']),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    wallets: z.int().min(0).openapi({ description: 'Visited so far' }),
    entries: z.int().min(0).openapi({ description: 'Looked at so far' }),
    differences: z.int().min(0).openapi({ description: '0 when everything is as it should be' }),
  })
  .openapi('Reconciliation')
export type Reconciliation = z.infer<typeof Reconciliation>

export const toReconciliation = (row: ReconciliationRow): Reconciliation => ({
  number: row.number,
  status: row.finishedAt === null ? 'running' : 'finished',
  startedAt: isoTime(row.startedAt),
  finishedAt: row.finishedAt === null ? null : isoTime(row.finishedAt),
  wallets: row.wallets,
  entries: row.entries,
  differences: row.differences,
})

export const ReconciliationDetails = Reconciliation.extend({
  found: z
    .array(
      z.strictObject({
        walletId: WalletId,
        what: z.string().openapi({ example: 'copy_balance' }),
        subject: z.string().openapi({ description: 'The sequence, currency or transfer' }),
        expected: z.string(),
        found: z.string(),
      }),
    )
    .openapi({ description: 'At most 20 per wallet, and 100 in all' }),
}).openapi('ReconciliationDetails')
