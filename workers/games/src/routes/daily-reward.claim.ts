/** Gives a player the reward of the day, once per day in UTC. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { claimDaily } from '../daily.ts'
import { defineRoute } from '../env.ts'
import { UserId } from '../model.ts'
import { DailyClaim } from '../reward-model.ts'
import { problem, problems } from '../problems.ts'

const NewDailyClaim = z
  .strictObject({
    userId: UserId.optional().openapi({ description: 'Required unless a player asks' }),
  })
  .openapi('NewDailyClaim')

export const dailyRewardClaim = defineRoute({
  access: playerOrSecretKey('games:play'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'daily-reward.claim',
    method: 'post',
    path: '/v1/rewards/daily/claim',
    summary: 'Claim the daily reward',
    request: { body: json(NewDailyClaim) },
    responses: {
      201: json(DailyClaim, 'The claim, paid'),
      ...problems(
        'not_found',
        'already_claimed',
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
    const claimed = await claimDaily(c.env, caller, { userId, key })
    if (!claimed.ok) throw problem(claimed.code === 'wallet_not_found' ? 'not_found' : claimed.code)
    if (claimed.value.replayed) c.header('idempotency-replayed', 'true')
    return c.json(claimed.value.claim, 201)
  },
})
