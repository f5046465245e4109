/** Up to 100 operations in one wallet: all of them in one commit, or none. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { batchBodyBytesMax, json } from '@coinop/shared/route'
import { executeBatch } from '../batches.ts'
import { defineRoute } from '../env.ts'
import { Entry, NewWalletBatch, toEntry, WalletId } from '../model.ts'
import { problem, problems } from '../problems.ts'

export const walletsBatch = defineRoute({
  access: secretKey('wallet:write'),
  idempotency: 'required',
  bodyBytesMax: batchBodyBytesMax,
  route: createRoute({
    operationId: 'wallets.batch',
    method: 'post',
    path: '/v1/wallets/{walletId}/batch',
    summary: 'Do several things in one wallet, all or none',
    request: { params: z.object({ walletId: WalletId }), body: json(NewWalletBatch) },
    responses: {
      201: json(
        z.strictObject({ data: z.array(Entry) }),
        'The entries, one per operation, in their order; of a hold its `transferId` is the id',
      ),
      ...problems(
        'not_found',
        'currency_not_found',
        'insufficient_funds',
        'balance_limit_exceeded',
        'currency_cap_exceeded',
        'hold_not_found',
        'hold_closed',
        'hold_expired',
        'capture_exceeds_hold',
        'too_many_holds',
        'idempotency_conflict',
        'idempotency_key_required',
      ),
    },
  }),
  handler: async (c) => {
    const { walletId } = c.req.valid('param')
    const { operations } = c.req.valid('json')
    const key = c.get('idempotencyKey')
    const done = await executeBatch(c.env, c.get('caller'), { walletId, key, operations })
    if (!done.ok) {
      const { code } = done
      const step = 'step' in done ? done.step : undefined
      const detail =
        step === undefined ? undefined : `Refused at operations[${step}]; nothing was done.`
      throw problem(code === 'wallet_not_found' ? 'not_found' : code, detail)
    }
    if (done.value.replayed) c.header('idempotency-replayed', 'true')
    return c.json({ data: done.value.entries.map((row) => toEntry(walletId, row)) }, 201)
  },
})
