/** A hold as it is now, to the millisecond: read from the wallet itself. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { holderExists } from '../holders.ts'
import { Hold, HoldId, toHold, WalletId } from '../model.ts'
import { walletOf } from '../movements.ts'
import { problem, problems } from '../problems.ts'

export const holdsGet = defineRoute({
  access: playerOrSecretKey('wallet:read'),
  route: createRoute({
    operationId: 'holds.get',
    method: 'get',
    path: '/v1/wallets/{walletId}/holds/{holdId}',
    summary: 'Get a hold',
    request: { params: z.object({ walletId: WalletId, holdId: HoldId }) },
    responses: { 200: json(Hold, 'The hold'), ...problems('not_found', 'hold_not_found') },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { walletId: asked, holdId } = c.req.valid('param')
    const walletId = subjectOf(caller, asked, '/path/walletId')
    if (!(await holderExists(c.env.PLAYERS, caller, walletId))) throw problem('not_found')
    const hold = await walletOf(c.env, caller, walletId).hold(holdId)
    if (!hold) throw problem('hold_not_found')
    return c.json(toHold(walletId, hold), 200)
  },
})
