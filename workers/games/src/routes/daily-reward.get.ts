/** What the project gives each player a day. */
import { createRoute } from '@hono/zod-openapi'
import { anyoneInProject } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { DailyReward, toDailyReward } from '../reward-model.ts'
import { problem, problems } from '../problems.ts'
import { dailyRewards } from '../schema.ts'

export const dailyRewardGet = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'daily-reward.get',
    method: 'get',
    path: '/v1/rewards/daily',
    summary: 'Get the daily reward',
    responses: { 200: json(DailyReward, 'The reward'), ...problems('reward_not_configured') },
  }),
  handler: async (c) => {
    const [reward] = await drizzle(c.env.GAMES_DB)
      .select()
      .from(dailyRewards)
      .where(eq(dailyRewards.projectId, c.get('caller').projectId))
    if (!reward) throw problem('reward_not_configured')
    return c.json(toDailyReward(reward), 200)
  },
})
