/** One wallet, from itself: its balances, and the head of its chain. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { Wallet, WalletId } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { findWallet } from '../wallets.ts'

export const walletsGet = defineRoute({
  access: playerOrSecretKey('wallet:read'),
  route: createRoute({
    operationId: 'wallets.get',
    method: 'get',
    path: '/v1/wallets/{walletId}',
    summary: 'Get a wallet',
    request: { params: z.object({ walletId: WalletId }) },
    responses: { 200: json(Wallet, 'The wallet as it is now'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const walletId = subjectOf(caller, c.req.valid('param').walletId, '/path/walletId')
    const wallet = await findWallet(c.env, caller, walletId)
    if (!wallet) throw problem('not_found')
    return c.json(wallet, 200)
  },
})
