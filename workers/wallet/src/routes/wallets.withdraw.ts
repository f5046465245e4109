/** Takes money out of the world: paid out outside, a correction. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { Entry, NewDeposit, toEntry, WalletId } from '../model.ts'
import { move } from '../movements.ts'
import { problem, problems } from '../problems.ts'
import { withdrawSteps } from '../steps.ts'

export const walletsWithdraw = defineRoute({
  access: secretKey('wallet:write'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'wallets.withdraw',
    method: 'post',
    path: '/v1/wallets/{walletId}/withdraw',
    summary: 'Withdraw money for good',
    request: {
      params: z.object({ walletId: WalletId }),
      body: json(NewDeposit),
    },
    responses: {
      201: json(Entry, 'The entry, with the balance after it'),
      ...problems(
        'not_found',
        'currency_not_found',
        'insufficient_funds',
        'idempotency_conflict',
        'idempotency_key_required',
      ),
    },
  }),
  handler: async (c) => {
    const { walletId } = c.req.valid('param')
    const { currency, amount, reason } = c.req.valid('json')
    const posted = await move(c.env, c.get('caller'), {
      walletId,
      key: `withdraw:${c.get('idempotencyKey')}`,
      currency,
      steps: withdrawSteps(amount),
      memo: reason,
      later: c.executionCtx,
    })
    if (!posted.ok) throw problem(posted.code === 'wallet_not_found' ? 'not_found' : posted.code)
    if (posted.value.replayed) c.header('idempotency-replayed', 'true')
    return c.json(toEntry(walletId, posted.value.entries[0]!), 201)
  },
})
