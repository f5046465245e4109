import { now } from '@coinop/shared/clock'
import { derivedId } from '@coinop/shared/ids'
import { anonymous, call, otherProject, player, testProject } from '@coinop/shared/testing'
import { exports } from 'cloudflare:workers'
import { drizzle } from 'drizzle-orm/d1'
import { expect, test } from 'vitest'
import type { WalletMetrics } from '../metrics.ts'
import { transactions } from '../schema.ts'
import { bindings } from '../test-money.ts'
import { pendingTransfersList } from './pending-transfers.list.ts'

const from = 'usr_01k9x6c3v5t8r2m4n7p0q1s2w3'
const to = 'usr_01k9x6c3v5t8r2m4n7p0q1s2w4'
const { WalletMetrics: metrics } = exports as unknown as {
  WalletMetrics: Service<typeof WalletMetrics>
}

async function add(ageSeconds: number, more: Partial<typeof transactions.$inferInsert> = {}) {
  const at = now() - ageSeconds * 1_000
  const id = derivedId('trf', at, crypto.randomUUID())
  const transfer = { kind: 'transfer', fromAccount: from, toAccount: to, currency: 'COIN' }
  const row = { projectId: testProject, id, ...transfer, amount: 5, status: 'pending' as const, at }
  await drizzle(bindings.WALLET_DB)
    .insert(transactions)
    .values({ ...row, ...more })
  return id
}

test('200 only what has not ended, the oldest first, with its age, page after page', async () => {
  // Also the way back of one that was reversed.
  const ids = [await add(300), await add(200, { kind: 'reversal' }), await add(100)]
  await add(400, { status: 'completed' })
  await add(500, { projectId: otherProject })
  const first = await call(pendingTransfersList, { query: { limit: '2' } })
  const query = { limit: '2', cursor: first.body.nextCursor }
  const second = await call(pendingTransfersList, { query })
  const all = [...first.body.data, ...second.body.data]
  expect(all.map(({ id }: { id: string }) => id)).toEqual(ids)
  expect(second.body.nextCursor).toBeNull()
  expect(all[0].ageSeconds).toBeGreaterThanOrEqual(300)
})

test('the metrics count them over all projects, with the age of the oldest', async () => {
  const gauges = await metrics.metrics()
  const value = (name: string) => gauges.find((each) => each.name === name)?.value
  expect(value('coinop_wallet_transfers_pending')).toBe(4)
  expect(value('coinop_wallet_transfers_pending_oldest_seconds')).toBeGreaterThanOrEqual(500)
  await bindings.WALLET_DB.prepare(
    `INSERT INTO reconciliations VALUES ('prj_a', 1, 1, 5000, 9, 1, 1, 7, ''), ('prj_a', 2, 1, 9000, 9, 1, 1, 2, ''),
     ('prj_b', 1, 1, 7000, 9, 1, 1, 1, ''), ('prj_b', 2, 1, 8000, NULL, 0, 0, 0, '')`,
  ).run()
  const after = await metrics.metrics()
  const seen = new Map(after.map((gauge) => [gauge.name, gauge.value]))
  expect(seen.get('coinop_wallet_reconciliation_differences')).toBe(3)
  expect(seen.get('coinop_wallet_reconciliation_last_run_timestamp_seconds')).toBe(9)
})

test('401 without a credential, 403 for a player, 400 for a bad cursor', async () => {
  expect(await call(pendingTransfersList, { caller: anonymous() })).toMatchObject({ status: 401 })
  const caller = player('usr_1')
  expect(await call(pendingTransfersList, { caller })).toMatchObject({ status: 403 })
  const query = { cursor: 'x' }
  expect(await call(pendingTransfersList, { query })).toMatchObject({ status: 400 })
})
