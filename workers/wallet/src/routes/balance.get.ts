/** What a wallet holds now, or held at a moment of the past. A player asks for their own; a key names the user. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { WalletBalance, WalletId } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { findWallet } from '../wallets.ts'

const BalanceQuery = z.strictObject({
  userId: WalletId.optional(),
  at: z.iso.datetime().optional().openapi({
    description: 'Then: after the last entry of this time or an earlier one. Without it: now.',
  }),
})

export const balanceGet = defineRoute({
  access: playerOrSecretKey('wallet:read'),
  route: createRoute({
    operationId: 'balance.get',
    method: 'get',
    path: '/v1/balance',
    summary: 'Get the balances of a wallet',
    request: { query: BalanceQuery },
    responses: {
      200: json(WalletBalance, 'One line per currency that the wallet ever held'),
      ...problems('not_found'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { userId, at } = c.req.valid('query')
    const walletId = subjectOf(caller, userId, '/query/userId')
    const moment = at === undefined ? undefined : { at: Date.parse(at) }
    const wallet = await findWallet(c.env, caller, walletId, moment)
    if (!wallet) throw problem('not_found')
    return c.json({ walletId, balances: wallet.balances }, 200)
  },
})
