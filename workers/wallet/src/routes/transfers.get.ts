/** A movement by its id: how a transfer stands comes from the wallet that sent it. A player sees their own. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { MovementId, Transfer, WalletId } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { findTransfer } from '../transactions.ts'

const Query = z.strictObject({
  walletId: WalletId.optional().openapi({
    description: 'The sender: then a transfer that was made a moment ago is found, too',
  }),
})

export const transfersGet = defineRoute({
  access: playerOrSecretKey('wallet:read'),
  route: createRoute({
    operationId: 'transfers.get',
    method: 'get',
    path: '/v1/transfers/{transferId}',
    summary: 'Get a transfer',
    description:
      'Found in the copy, which follows within about a second, or at once in the wallet that sent it.',
    request: { params: z.object({ transferId: MovementId }), query: Query },
    responses: { 200: json(Transfer, 'The transfer'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { walletId: asked } = c.req.valid('query')
    const walletId = caller.kind === 'player' ? subjectOf(caller, asked, '/query/walletId') : asked
    const id = c.req.valid('param').transferId
    const transfer = await findTransfer(c.env, caller, { id, walletId })
    if (!transfer) throw problem('not_found')
    return c.json(transfer, 200)
  },
})
