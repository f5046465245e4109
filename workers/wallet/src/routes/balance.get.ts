/** What a wallet holds now. A player asks for their own; a key names the user. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { WalletBalance, WalletId } from '../model.ts'
import { balanceOf } from '../movements.ts'
import { problem, problems } from '../problems.ts'

export const balanceGet = defineRoute({
  access: playerOrSecretKey('wallet:read'),
  route: createRoute({
    operationId: 'balance.get',
    method: 'get',
    path: '/v1/balance',
    summary: 'Get the balances of a wallet',
    request: { query: z.strictObject({ userId: WalletId.optional() }) },
    responses: {
      200: json(WalletBalance, 'One line per currency that the wallet ever held'),
      ...problems('not_found'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const walletId = subjectOf(caller, c.req.valid('query').userId, '/query/userId')
    const balance = await balanceOf(c.env, caller, walletId)
    if (!balance) throw problem('not_found')
    return c.json(balance, 200)
  },
})
