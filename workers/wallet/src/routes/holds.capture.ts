/** Takes what is held, or part of it; the rest is free again. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { Amount } from '@coinop/shared/money'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { captureHold } from '../hold-movements.ts'
import { Hold, HoldId, toHold, WalletId } from '../model.ts'
import { problem, problems } from '../problems.ts'

const NewCapture = z
  .strictObject({
    amount: Amount.optional().openapi({ description: 'All that is held if absent' }),
  })
  .openapi('NewCapture')

export const holdsCapture = defineRoute({
  access: secretKey('wallet:write'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'holds.capture',
    method: 'post',
    path: '/v1/wallets/{walletId}/holds/{holdId}/capture',
    summary: 'Capture a hold',
    request: { params: z.object({ walletId: WalletId, holdId: HoldId }), body: json(NewCapture) },
    responses: {
      200: json(Hold, 'The hold, captured'),
      ...problems(
        'not_found',
        'hold_not_found',
        'hold_closed',
        'hold_expired',
        'capture_exceeds_hold',
        'idempotency_conflict',
        'idempotency_key_required',
      ),
    },
  }),
  handler: async (c) => {
    const { walletId, holdId } = c.req.valid('param')
    const { amount } = c.req.valid('json')
    const key = `capture:${c.get('idempotencyKey')}`
    const end = { walletId, holdId, key, amount, account: '@shop' as const }
    const captured = await captureHold(c.env, c.get('caller'), end)
    if (!captured.ok) {
      throw problem(captured.code === 'wallet_not_found' ? 'not_found' : captured.code)
    }
    if (captured.value.replayed) c.header('idempotency-replayed', 'true')
    return c.json(toHold(walletId, captured.value.hold), 200)
  },
})
