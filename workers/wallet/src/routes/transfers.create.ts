/** Moves money from one wallet to another. The same key is the same transfer, however often it is sent. */
import { createRoute } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { NewTransfer, Transfer } from '../model.ts'
import { transfer } from '../movements.ts'
import { problem, problems } from '../problems.ts'

export const transfersCreate = defineRoute({
  access: playerOrSecretKey('wallet:write'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'transfers.create',
    method: 'post',
    path: '/v1/transfer',
    summary: 'Send currency to another wallet',
    request: { body: json(NewTransfer) },
    responses: {
      201: json(Transfer, 'The transfer, usually completed'),
      ...problems(
        'not_found',
        'insufficient_funds',
        'balance_limit_exceeded',
        'currency_cap_exceeded',
        'same_wallet',
        'currency_not_found',
        'currency_not_transferable',
        'recipient_not_found',
        'idempotency_conflict',
        'idempotency_key_required',
      ),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { from, to, currency, amount, memo = '' } = c.req.valid('json')
    const sender = subjectOf(caller, from, '/body/from')
    const key = c.get('idempotencyKey')
    const done = await transfer(c.env, caller, { from: sender, to, currency, amount, memo, key })
    if (!done.ok) throw problem(done.code === 'wallet_not_found' ? 'not_found' : done.code)
    if (done.value.replayed) c.header('idempotency-replayed', 'true')
    return c.json(done.value.transfer, 201)
  },
})
