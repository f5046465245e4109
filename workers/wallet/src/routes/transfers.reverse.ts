/** Undoes a movement of money by a movement back, once. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { Amount } from '@coinop/shared/money'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { Memo, MovementId, Transfer, WalletId } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { reverseMovement } from '../reversals.ts'

const NewReversal = z
  .strictObject({
    reason: Memo.min(1),
    amount: Amount.optional().openapi({ description: 'All of it if absent' }),
    walletId: WalletId.optional().openapi({
      description: 'A wallet that it touched: then one that was made a moment ago is found, too',
    }),
  })
  .openapi('NewReversal')

export const transfersReverse = defineRoute({
  access: secretKey('wallet:write'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'transfers.reverse',
    method: 'post',
    path: '/v1/transfers/{transferId}/reverse',
    summary: 'Reverse a transfer, deposit, withdrawal, reward or charge',
    request: { params: z.object({ transferId: MovementId }), body: json(NewReversal) },
    responses: {
      201: json(Transfer, 'The movement back'),
      ...problems(
        'transfer_not_found',
        'transfer_not_completed',
        'not_reversible',
        'already_reversed',
        'reversal_exceeds_amount',
        'reversal_not_covered',
        'idempotency_conflict',
        'idempotency_key_required',
      ),
    },
  }),
  handler: async (c) => {
    const { transferId } = c.req.valid('param')
    const { reason: memo, amount, walletId } = c.req.valid('json')
    const key = c.get('idempotencyKey')
    const wanted = { transferId, memo, amount, walletId, key }
    const reversed = await reverseMovement(c.env, c.get('caller'), wanted)
    if (!reversed.ok) {
      throw problem(reversed.code === 'wallet_not_found' ? 'transfer_not_found' : reversed.code)
    }
    if (reversed.value.replayed) c.header('idempotency-replayed', 'true')
    return c.json(reversed.value.transfer, 201)
  },
})
