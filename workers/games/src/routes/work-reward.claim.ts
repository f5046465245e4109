/** Gives a player the reward for work, unless the last time was too recent. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { claimWork } from '../work.ts'
import { defineRoute } from '../env.ts'
import { UserId } from '../model.ts'
import { WorkClaim } from '../reward-model.ts'
import { problem, problems } from '../problems.ts'

const NewWorkClaim = z
  .strictObject({
    userId: UserId.optional().openapi({ description: 'Required unless a player asks' }),
  })
  .openapi('NewWorkClaim')

export const workRewardClaim = defineRoute({
  access: playerOrSecretKey('games:play'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'work-reward.claim',
    method: 'post',
    path: '/v1/rewards/work/claim',
    summary: 'Claim the reward for work',
    request: { body: json(NewWorkClaim) },
    responses: {
      201: json(WorkClaim, 'The claim, paid'),
      ...problems(
        'not_found',
        'cooling_down',
        'reward_not_configured',
        'currency_not_found',
        'balance_limit_exceeded',
        'idempotency_key_required',
      ),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const userId = subjectOf(caller, c.req.valid('json').userId, '/body/userId')
    const key = c.get('idempotencyKey')
    const claimed = await claimWork(c.env, caller, { userId, key })
    if (!claimed.ok) throw problem(claimed.code === 'wallet_not_found' ? 'not_found' : claimed.code)
    if (claimed.value.replayed) c.header('idempotency-replayed', 'true')
    return c.json(claimed.value.claim, 201)
  },
})
