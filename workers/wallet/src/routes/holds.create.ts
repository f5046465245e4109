/** Sets money of a wallet aside for a while: it stays the holder's, and cannot be spent. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { openHold } from '../hold-movements.ts'
import { Hold, NewHold, toHold, WalletId } from '../model.ts'
import { problem, problems } from '../problems.ts'

export const holdsCreate = defineRoute({
  access: secretKey('wallet:write'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'holds.create',
    method: 'post',
    path: '/v1/wallets/{walletId}/holds',
    summary: 'Hold money for a later capture',
    request: { params: z.object({ walletId: WalletId }), body: json(NewHold) },
    responses: {
      201: json(Hold, 'The hold, open until it is captured, voided or past its time'),
      ...problems(
        'not_found',
        'currency_not_found',
        'insufficient_funds',
        'too_many_holds',
        'idempotency_conflict',
        'idempotency_key_required',
      ),
    },
  }),
  handler: async (c) => {
    const { walletId } = c.req.valid('param')
    const { currency, amount, expiresInSeconds: seconds, memo = '' } = c.req.valid('json')
    const key = `hold:${c.get('idempotencyKey')}`
    const order = { walletId, key, currency, amount, seconds, memo, account: '@shop' as const }
    const held = await openHold(c.env, c.get('caller'), order)
    if (!held.ok) throw problem(held.code === 'wallet_not_found' ? 'not_found' : held.code)
    if (held.value.replayed) c.header('idempotency-replayed', 'true')
    return c.json(toHold(walletId, held.value.hold), 201)
  },
})
