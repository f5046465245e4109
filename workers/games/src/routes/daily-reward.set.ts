/** Sets what the project gives each player a day. Claims that were made keep their amount. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { noteChange, sendNotes } from '@coinop/shared/audit'
import { now } from '@coinop/shared/clock'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { DailyReward } from '../reward-model.ts'
import { problems } from '../problems.ts'
import { dailyRewards } from '../schema.ts'

export const dailyRewardSet = defineRoute({
  access: secretKey('games:write'),
  route: createRoute({
    operationId: 'daily-reward.set',
    method: 'put',
    path: '/v1/rewards/daily',
    summary: 'Set the daily reward',
    request: { body: json(DailyReward) },
    responses: { 200: json(DailyReward, 'The reward'), ...problems('idempotency_conflict') },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId, actorId } = caller
    const reward = c.req.valid('json')
    const db = drizzle(c.env.GAMES_DB)
    const request = {
      db,
      projectId,
      actorId,
      key: c.get('idempotencyKey'),
      requestHash: requestHash('daily-reward.set', reward),
    }
    const { answer, replayed } = await once<DailyReward>(request, async (recordOf) => {
      const { currency, amount, streak } = reward
      const streakBonus = streak?.bonus ?? null
      const streakDaysMax = streak?.daysMax ?? null
      const set = { currency, amount, streakBonus, streakDaysMax, updatedAt: now() }
      const upsert = db
        .insert(dailyRewards)
        .values({ projectId, ...set })
        .onConflictDoUpdate({ target: dailyRewards.projectId, set })
      const note = noteChange(db, caller, { action: 'daily-reward.set', subject: projectId })
      await db.batch([upsert, note, ...(await recordOf(reward))])
      return reward
    })
    c.executionCtx.waitUntil(sendNotes(db, c.env.AUTH_AUDIT))
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(answer, 200)
  },
})
