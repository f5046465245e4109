/** What the project gives for work, and how soon again. */
import { createRoute } from '@hono/zod-openapi'
import { anyoneInProject } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { WorkReward } from '../reward-model.ts'
import { problem, problems } from '../problems.ts'
import { workRewards } from '../schema.ts'

export const workRewardGet = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'work-reward.get',
    method: 'get',
    path: '/v1/rewards/work',
    summary: 'Get the reward for work',
    responses: { 200: json(WorkReward, 'The reward'), ...problems('reward_not_configured') },
  }),
  handler: async (c) => {
    const [reward] = await drizzle(c.env.GAMES_DB)
      .select()
      .from(workRewards)
      .where(eq(workRewards.projectId, c.get('caller').projectId))
    if (!reward) throw problem('reward_not_configured')
    const { currency, amountMin, amountMax, coolDownSeconds } = reward
    return c.json({ currency, amountMin, amountMax, coolDownSeconds }, 200)
  },
})
