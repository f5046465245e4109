/** Up to 100 operations in several wallets: each with its own result, one refused is no reason to refuse another. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { batchBodyBytesMax, json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { MovementResult, NewMovementBatch, toEntry } from '../model.ts'
import { executeMovements, type ItemVerdict } from '../movement-batches.ts'
import { catalogue, problem, problems } from '../problems.ts'

export const movementsBatch = defineRoute({
  access: secretKey('wallet:write'),
  idempotency: 'required',
  bodyBytesMax: batchBodyBytesMax,
  route: createRoute({
    operationId: 'movements.batch',
    method: 'post',
    path: '/v1/batch',
    summary: 'Do several things in several wallets, each by itself',
    request: { body: json(NewMovementBatch) },
    responses: {
      200: json(
        z.strictObject({ data: z.array(MovementResult) }),
        'One result per operation, in their order; the operations of one wallet are done in order',
      ),
      ...problems('idempotency_conflict', 'idempotency_key_required'),
    },
  }),
  handler: async (c) => {
    const { operations } = c.req.valid('json')
    const key = c.get('idempotencyKey')
    const done = await executeMovements(c.env, c.get('caller'), { key, operations })
    if (!done.ok) throw problem(done.code)
    const verdicts = done.value
    if (verdicts.every(isReplay)) c.header('idempotency-replayed', 'true')
    const data = verdicts.map((each, index) => toResult(operations[index]!.walletId, each))
    return c.json({ data }, 200)
  },
})

const isReplay = (each: ItemVerdict) => each.ok && each.value.replayed

function toResult(walletId: string, verdict: ItemVerdict): MovementResult {
  if (verdict.ok) return { status: 201, entry: toEntry(walletId, verdict.value.entries[0]!) }
  const code = verdict.code === 'wallet_not_found' ? 'not_found' : verdict.code
  const { status, title, fix } = catalogue[code]!
  return { status: status as 404 | 409, code, title, fix }
}
