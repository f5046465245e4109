/** Lets go of what is held: nothing is taken. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { voidHold } from '../hold-movements.ts'
import { Hold, HoldId, toHold, WalletId } from '../model.ts'
import { problem, problems } from '../problems.ts'

export const holdsVoid = defineRoute({
  access: secretKey('wallet:write'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'holds.void',
    method: 'post',
    path: '/v1/wallets/{walletId}/holds/{holdId}/void',
    summary: 'Void a hold',
    request: { params: z.object({ walletId: WalletId, holdId: HoldId }) },
    responses: {
      200: json(Hold, 'The hold, voided'),
      ...problems(
        'not_found',
        'hold_not_found',
        'hold_closed',
        'hold_expired',
        'idempotency_conflict',
        'idempotency_key_required',
      ),
    },
  }),
  handler: async (c) => {
    const { walletId, holdId } = c.req.valid('param')
    const key = `void:${c.get('idempotencyKey')}`
    const end = { walletId, holdId, key, account: '@shop' as const }
    const voided = await voidHold(c.env, c.get('caller'), end)
    if (!voided.ok) throw problem(voided.code === 'wallet_not_found' ? 'not_found' : voided.code)
    if (voided.value.replayed) c.header('idempotency-replayed', 'true')
    return c.json(toHold(walletId, voided.value.hold), 200)
  },
})
