/** Sets what the project gives for work, and how soon again. Claims that were made keep their amount. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { noteChange, sendNotes } from '@coinop/shared/audit'
import { now } from '@coinop/shared/clock'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { WorkReward } from '../reward-model.ts'
import { problems } from '../problems.ts'
import { workRewards } from '../schema.ts'

export const workRewardSet = defineRoute({
  access: secretKey('games:write'),
  route: createRoute({
    operationId: 'work-reward.set',
    method: 'put',
    path: '/v1/rewards/work',
    summary: 'Set the reward for work',
    request: { body: json(WorkReward) },
    responses: { 200: json(WorkReward, 'The reward'), ...problems('idempotency_conflict') },
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
      requestHash: requestHash('work-reward.set', reward),
    }
    const { answer, replayed } = await once<WorkReward>(request, async (recordOf) => {
      const set = { ...reward, updatedAt: now() }
      const upsert = db
        .insert(workRewards)
        .values({ projectId, ...set })
        .onConflictDoUpdate({ target: workRewards.projectId, set })
      const note = noteChange(db, caller, { action: 'work-reward.set', subject: projectId })
      await db.batch([upsert, note, ...(await recordOf(reward))])
      return reward
    })
    c.executionCtx.waitUntil(sendNotes(db, c.env.AUTH_AUDIT))
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(answer, 200)
  },
})
